using Meetings.Contracts.Directory;
using Xunit;

namespace Meetings.Registration.Tests;

public sealed class ImportSchoolTests(RegistrationService service) : IClassFixture<RegistrationService>
{
    [Fact]
    public async Task A_new_school_is_published_whole()
    {
        var slug = Schools.NewSlug();

        var outcome = await service.ImportAsync(Schools.Document(Schools.Academy(slug)));

        Assert.Equal((1, 5, 1), (outcome.Academies, outcome.People, outcome.Classes));
        var heard = await service.HeardAsync();
        var academy = Assert.Single(heard.OfType<AcademyChanged>(), academy => academy.Slug == slug);
        Assert.Equal((1L, "Asia/Manila", "deped-15"), (academy.Version, academy.TimeZone, academy.AttendancePolicy));
        var people = heard.OfType<PersonChanged>().Where(person => person.AcademyId == academy.AcademyId).ToDictionary(person => person.Name);
        Assert.Equal(5, people.Count);
        Assert.Equal([people["Stu One"].PersonId], people["Pat Parent"].Children);
        Assert.All(people.Values, person => Assert.Equal(1, person.Version));
        var changed = Assert.Single(heard.OfType<ClassChanged>(), changed => changed.AcademyId == academy.AcademyId);
        Assert.Equal(
            [(people["Tina Teacher"].PersonId, "teacher"), (people["Stu One"].PersonId, "student"), (people["Stu Two"].PersonId, "student")],
            changed.Members.OrderByDescending(m => m.Role).ThenBy(m => people.Values.Single(p => p.PersonId == m.PersonId).Name).Select(m => (m.PersonId, m.Role)));
        Assert.All(changed.Members, member => Assert.Equal((Schools.Begin, null), (member.From, member.To)));
    }

    [Fact]
    public async Task The_same_school_again_changes_no_version_and_says_nothing()
    {
        var slug = Schools.NewSlug();
        var document = Schools.Document(Schools.Academy(slug));
        await service.ImportAsync(document);
        var versions = await VersionsAsync(slug);

        var again = await service.ImportAsync(document);

        Assert.Equal((true, 0, 0, 0), (again.Succeeded, again.Academies, again.People, again.Classes));
        Assert.Equal(versions, await VersionsAsync(slug));
        Assert.Single((await service.HeardAsync()).OfType<AcademyChanged>(), academy => academy.Slug == slug);
        Assert.Equal(5, (await service.HeardAsync()).OfType<PersonChanged>().Count(person => person.Email.EndsWith($"@{slug}.example", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_changed_row_gives_one_event_of_the_next_version()
    {
        var slug = Schools.NewSlug();
        var academy = Schools.Academy(slug);
        await service.ImportAsync(Schools.Document(academy));

        var outcome = await service.ImportAsync(Schools.Document(academy.With($"two@{slug}.example", person => person with { Name = "Stu Second" })));

        Assert.Equal((0, 1, 0), (outcome.Academies, outcome.People, outcome.Classes));
        var changes = (await service.HeardAsync()).OfType<PersonChanged>().Where(person => person.Email == $"two@{slug}.example").OrderBy(person => person.Version);
        Assert.Equal([("Stu Two", 1L), ("Stu Second", 2L)], changes.Select(person => (person.Name, person.Version)));
    }

    [Fact]
    public async Task A_changed_enrolment_raises_its_class_once_and_nothing_else()
    {
        var slug = Schools.NewSlug();
        var academy = Schools.Academy(slug);
        await service.ImportAsync(Schools.Document(academy));
        var end = new DateOnly(2026, 10, 30);

        var outcome = await service.ImportAsync(Schools.Document(academy.WithEnrolments(
            rows => rows.Select(row => row.Role == Roles.Student ? row with { To = end } : row))));

        Assert.Equal((0, 0, 1), (outcome.Academies, outcome.People, outcome.Classes));
        var id = await service.ClassAsync($"{slug}-class");
        var last = (await service.HeardAsync()).OfType<ClassChanged>().Where(changed => changed.ClassId == id).MaxBy(changed => changed.Version)!;
        Assert.Equal((2L, 2), (last.Version, last.Members.Count(member => member.To == end)));
    }

    [Fact]
    public async Task Someone_may_leave_a_class_and_come_back()
    {
        var slug = Schools.NewSlug();
        var academy = Schools.Academy(slug);
        await service.ImportAsync(Schools.Document(academy));

        var outcome = await service.ImportAsync(Schools.Document(academy.WithEnrolments(rows =>
            rows.Select(row => row.Person == $"one@{slug}.example" ? row with { To = new DateOnly(2026, 8, 31) } : row)
                .Append(new($"one@{slug}.example", Roles.Student, new DateOnly(2026, 9, 1), null)))));

        Assert.Empty(outcome.Errors);
        Assert.Equal(4, (await service.OwnerQueryAsync<long>("select count(*) from enrolment e join class c on c.id = e.class_id where c.key = @key", new { key = $"{slug}-class" }))[0]);
    }

    [Fact]
    public async Task An_enrolment_that_overlaps_one_in_the_database_is_named_and_nothing_is_changed()
    {
        var slug = Schools.NewSlug();
        var academy = Schools.Academy(slug);
        await service.ImportAsync(Schools.Document(academy));
        var versions = await VersionsAsync(slug);

        var outcome = await service.ImportAsync(Schools.Document(
            academy.With($"two@{slug}.example", person => person with { Name = "Not To Be Kept" }).WithEnrolments(
                rows => rows.Select(row => row.Person == $"one@{slug}.example" ? row with { From = new DateOnly(2026, 7, 1) } : row))));

        Assert.Equal("academies[0].classes[0].enrolments[1]", Assert.Single(outcome.Errors).Path);
        Assert.Equal(versions, await VersionsAsync(slug));
    }

    [Fact]
    public async Task A_bad_row_keeps_the_whole_document_out()
    {
        var slug = Schools.NewSlug();

        var outcome = await service.ImportAsync(Schools.Document(
            Schools.Academy(slug).With($"two@{slug}.example", person => person with { Roles = ["headmaster"] })));

        Assert.False(outcome.Succeeded);
        Assert.Empty(await VersionsAsync(slug));
    }

    [Fact]
    public async Task Imports_at_once_make_one_school()
    {
        var slug = Schools.NewSlug();
        var document = Schools.Document(Schools.Academy(slug));

        var outcomes = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => service.ImportAsync(document)));

        Assert.Equal(1, outcomes.Sum(outcome => outcome.Academies));
        Assert.Equal(5, outcomes.Sum(outcome => outcome.People));
        Assert.All(await VersionsAsync(slug), row => Assert.Equal(1, row.Version));
    }

    [Fact]
    public async Task A_document_that_is_loaded_once_leaves_later_edits_alone()
    {
        var slug = Schools.NewSlug();
        var document = Schools.Document(Schools.Academy(slug));
        await service.ImportAsync(document, onceAs: slug);
        await service.OwnerQueryAsync<int>("update class set name = 'Renamed by hand' where key = @key", new { key = $"{slug}-class" });

        await service.ImportAsync(document, onceAs: slug);

        Assert.Equal(["Renamed by hand"], await service.OwnerQueryAsync<string>("select name from class where key = @key", new { key = $"{slug}-class" }));
    }

    private Task<IReadOnlyList<(string Key, long Version)>> VersionsAsync(string slug) => service.OwnerQueryAsync<(string Key, long Version)>(
        """
        select slug, version from academy where slug = @slug
        union all select email, version from person where email like '%@' || @slug || '.example'
        union all select key, version from class where key = @slug || '-class'
        order by 1
        """, new { slug });
}

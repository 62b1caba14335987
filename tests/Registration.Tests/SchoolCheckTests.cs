using Meetings.Contracts.Directory;
using Meetings.Registration.Import;
using Xunit;

namespace Meetings.Registration.Tests;

/// <summary>What is wrong with a document is said row by row, all of it at once.</summary>
public sealed class SchoolCheckTests
{
    private static readonly SchoolDocument.Academy Good = Schools.Academy("school");

    public static TheoryData<string, SchoolDocument> Wrong() => new()
    {
        { "academies[0].slug", Schools.Document(Good with { Slug = "Not A Slug" }) },
        { "academies[1].slug", new([Good, Good], null) },
        { "academies[0].name", Schools.Document(Good with { Name = " " }) },
        { "academies[0].name", Schools.Document(Good with { Name = "a\u0000b" }) },
        { "academies[0].timeZone", Schools.Document(Good with { TimeZone = "Asia/Atlantis" }) },
        { "academies[0].timeZone", Schools.Document(Good with { TimeZone = null }) },
        { "academies[0].emailDomains[0]", Schools.Document(Good with { EmailDomains = ["school.example."] }) },
        { "academies[0].attendancePolicy", Schools.Document(Good with { AttendancePolicy = null }) },
        { "academies[0].people[2].email", Schools.Document(Good.With("one@school.example", person => person with { Email = "one" })) },
        { "academies[0].people[3].email", Schools.Document(Good.With("two@school.example", person => person with { Email = "ONE@school.example" })) },
        { "academies[0].people[2].name", Schools.Document(Good.With("one@school.example", person => person with { Name = new string('x', 201) })) },
        { "academies[0].people[2].roles", Schools.Document(Good.With("one@school.example", person => person with { Roles = [] })) },
        { "academies[0].people[2].roles", Schools.Document(Good.With("one@school.example", person => person with { Roles = ["student", "king"] })) },
        { "academies[0].people[0].roles", Schools.Document(Good.With("admin@school.example", person => person with { Roles = [Roles.SuperAdmin] })) },
        { "people[0].roles", new(null, [new("x@school.example", "X", [Roles.AcademyAdmin])]) },
        { "academies[0].guardians[0].parent", Schools.Document(Good with { Guardians = [new("teacher@school.example", "one@school.example")] }) },
        { "academies[0].guardians[0].child", Schools.Document(Good with { Guardians = [new("parent@school.example", "nobody@school.example")] }) },
        { "academies[0].classes[0].kind", Schools.Document(Good with { Classes = [Good.Classes![0] with { Kind = "party" }] }) },
        { "academies[0].classes[1].key", Schools.Document(Good with { Classes = [Good.Classes[0], Good.Classes[0]] }) },
        { "academies[0].classes[0].enrolments[1].person", Schools.Document(Good.WithEnrolments(Second(row => row with { Person = "nobody@school.example" }))) },
        { "academies[0].classes[0].enrolments[1].role", Schools.Document(Good.WithEnrolments(Second(row => row with { Role = Roles.Teacher }))) },
        { "academies[0].classes[0].enrolments[1].role", Schools.Document(Good.WithEnrolments(Second(row => row with { Role = "guest" }))) },
        { "academies[0].classes[0].enrolments[1].from", Schools.Document(Good.WithEnrolments(Second(row => row with { From = null }))) },
        { "academies[0].classes[0].enrolments[1].to", Schools.Document(Good.WithEnrolments(Second(row => row with { To = new DateOnly(2026, 5, 31) }))) },
        { "academies[0].classes[0].enrolments[3]", Schools.Document(Good.WithEnrolments(rows => rows.Append(rows[1] with { From = new DateOnly(2026, 7, 1) }))) },
        { "academies[0].classes[0].enrolments[1].person", Schools.Document((Good with { EmailDomains = ["elsewhere.example"] }).WithEnrolments(rows => rows.Skip(0))) },
    };

    [Theory]
    [MemberData(nameof(Wrong), DisableDiscoveryEnumeration = true)]
    public void A_bad_row_is_named(string path, SchoolDocument document) =>
        Assert.Contains(path, SchoolCheck.Check(document).Errors.Select(error => error.Path));

    [Fact]
    public void A_good_document_has_no_errors_and_the_same_ids_every_time()
    {
        var (first, errors) = SchoolCheck.Check(Schools.Document(Good));
        var (second, _) = SchoolCheck.Check(Schools.Document(Good));

        Assert.Empty(errors);
        Assert.Equal(first.People.Select(person => person.Id), second.People.Select(person => person.Id));
        Assert.Equal(first.Enrolments, second.Enrolments);
    }

    [Fact]
    public void All_errors_are_told_at_once()
    {
        var (_, errors) = SchoolCheck.Check(Schools.Document(
            Good.With("one@school.example", person => person with { Name = null, Roles = ["king"] }) with { TimeZone = "Nowhere", Guardians = [new(null, null)] }));

        Assert.Equal(
            ["academies[0].timeZone", "academies[0].people[2].name", "academies[0].people[2].roles", "academies[0].guardians[0].parent", "academies[0].guardians[0].child"],
            errors.Select(error => error.Path).Take(5));
    }

    private static Func<IReadOnlyList<SchoolDocument.Enrolment>, IEnumerable<SchoolDocument.Enrolment>> Second(
        Func<SchoolDocument.Enrolment, SchoolDocument.Enrolment> change) => rows => rows.Select((row, i) => i == 1 ? change(row) : row);
}

using Meetings.Contracts.Directory;
using Xunit;

namespace Meetings.Registration.Tests;

/// <summary>The demo school as everyone relies on it.</summary>
public sealed class DemoSchoolTests(RegistrationService service) : IClassFixture<RegistrationService>
{
    [Fact]
    public async Task The_demo_academy_is_as_promised()
    {
        var academy = Assert.Single(await service.OwnerQueryAsync<(Guid Id, string TimeZone, string[] Domains, string Policy)>(
            "select id, time_zone, email_domains, attendance_policy from academy where slug = 'demo'"));
        Assert.Equal(("Asia/Manila", "r1.deped.gov.ph", "deped-15"), (academy.TimeZone, Assert.Single(academy.Domains), academy.Policy));

        var people = (await service.OwnerQueryAsync<(string Email, string[] Roles)>("select email, roles from person where academy_id = @Id", new { academy.Id }))
            .ToDictionary(person => person.Email.Split('@')[0], person => Assert.Single(person.Roles));
        Assert.Equal((45, Roles.AcademyAdmin, Roles.Supervisor, Roles.Teacher, Roles.Teacher, Roles.Parent),
            (people.Count, people["admin"], people["supervisor"], people["teacher"], people["teacher2"], people["parent01"]));
        Assert.All(Enumerable.Range(1, 40), n => Assert.Equal(Roles.Student, people[$"student{n:00}"]));

        var roster = await service.OwnerQueryAsync<(string Email, string Role, DateOnly From)>(
            """
            select p.email, e.role, e.from_date from enrolment e join person p on p.id = e.person_id join class c on c.id = e.class_id
            where c.name = 'Grade 7 Mathematics' and c.kind = 'class' and e.to_date is null
            """);
        Assert.Equal("teacher@r1.deped.gov.ph", Assert.Single(roster, row => row.Role == Roles.Teacher).Email);
        Assert.Equal(40, roster.Count(row => row.Role == Roles.Student && row.From <= new DateOnly(2026, 6, 1)));

        var child = await service.OwnerQueryAsync<string>(
            "select c.email from guardian g join person c on c.id = g.child_id join person p on p.id = g.parent_id where p.email = 'parent01@r1.deped.gov.ph'");
        Assert.Equal(["student01@r1.deped.gov.ph"], child);
    }

    [Fact]
    public async Task The_second_academy_and_the_super_admin_are_as_promised()
    {
        var academy = Assert.Single(await service.OwnerQueryAsync<(string TimeZone, string[] Domains, string Policy)>(
            "select time_zone, email_domains, attendance_policy from academy where slug = 'itqan'"));
        Assert.Equal(("Asia/Riyadh", 0, "academy-80-30"), (academy.TimeZone, academy.Domains.Length, academy.Policy));
        Assert.Equal([11L], await service.OwnerQueryAsync<long>(
            "select count(*) from enrolment e join class c on c.id = e.class_id where c.kind = 'group_circle' and e.to_date is null"));
        Assert.Equal([Roles.QuranTeacher], (await service.PersonAsync("teacher@itqan.example")).Roles);

        var super = await service.PersonAsync("super@meetings.example");
        Assert.Equal((null, true), (super.AcademyId, super.IsSuperAdmin));
    }

    [Fact]
    public async Task Its_ids_are_the_same_in_every_installation()
    {
        // Links, read copies and other installations hold these: a change of the derivation would orphan them.
        Assert.Equal([Guid.Parse("d8def38f-1c02-8d4f-af2c-5f697c8374c5")], await service.OwnerQueryAsync<Guid>("select id from academy where slug = 'demo'"));
        Assert.Equal(Guid.Parse("44d7c17c-9d51-8d0a-a906-cc1486836b3d"), (await service.PersonAsync("teacher@r1.deped.gov.ph")).PersonId);
        Assert.Equal(Guid.Parse("8fa1dd90-838c-830b-a93d-4e2c1ba5ddbb"), await service.ClassAsync("grade-7-mathematics"));
    }

    [Fact]
    public async Task More_replicas_change_nothing()
    {
        await using var second = await service.StartReplicaAsync();
        await using var third = await service.StartReplicaAsync();

        Assert.Equal([1L], await service.OwnerQueryAsync<long>("select distinct version from person"));
        Assert.Equal([58L], await service.OwnerQueryAsync<long>("select count(*) from person"));
        Assert.Equal(58, (await service.HeardAsync()).OfType<PersonChanged>().Count());
    }

    [Fact]
    public async Task Two_first_replicas_at_once_load_it_once()
    {
        var fresh = new FreshDatabase();
        await using (fresh)
        {
            await fresh.StartAsync(replicas: 2);

            Assert.Equal(58, await fresh.CountAsync("select count(*) from person where version = 1"));
            Assert.Equal(1, await fresh.CountAsync("select count(*) from imported_document"));
        }
    }

    [Fact]
    public async Task Outside_of_Development_there_is_no_demo_school()
    {
        var fresh = new FreshDatabase();
        await using (fresh)
        {
            await fresh.StartAsync(replicas: 1, environment: "Production");

            Assert.Equal(0, await fresh.CountAsync("select count(*) from academy"));
        }
    }
}

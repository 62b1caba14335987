using Meetings.ServiceDefaults.Security;
using Npgsql;
using Xunit;

namespace Meetings.Registration.Tests;

/// <summary>The second wall alone: what the database shows and lets change when the code above it asks for everything.</summary>
public sealed class RowLevelSecurityTests(RegistrationService service) : IClassFixture<RegistrationService>
{
    [Theory]
    [Trait("Hostile", "51")]
    [InlineData("super@meetings.example", 2, 58, 2, 52, 1)]
    [InlineData("admin@r1.deped.gov.ph", 1, 45, 1, 41, 1)]
    [InlineData("supervisor@r1.deped.gov.ph", 1, 45, 1, 41, 1)]
    [InlineData("teacher@r1.deped.gov.ph", 1, 41, 1, 41, 0)]
    [InlineData("teacher2@r1.deped.gov.ph", 1, 1, 0, 0, 0)]
    [InlineData("student01@r1.deped.gov.ph", 1, 2, 1, 2, 1)]
    [InlineData("student02@r1.deped.gov.ph", 1, 2, 1, 2, 0)]
    [InlineData("parent01@r1.deped.gov.ph", 1, 3, 1, 2, 1)]
    [InlineData("admin@itqan.example", 1, 12, 1, 11, 0)]
    [InlineData("teacher@itqan.example", 1, 11, 1, 11, 0)]
    public async Task Each_sees_their_own(string email, int academies, int people, int classes, int enrolments, int guardians)
    {
        var caller = await service.PersonAsync(email);

        Assert.Equal((academies, people, classes, enrolments, guardians), await CountsAsync(caller));
    }

    [Fact]
    public async Task Nobody_sees_anything_without_saying_who_they_are()
    {
        Assert.Equal((0, 0, 0, 0, 0), await CountsAsync(new Caller(Guid.NewGuid(), null, [])));
        Assert.Equal((0, 0, 0, 0, 0), await CountsAsync(new Caller(Guid.NewGuid(), Guid.NewGuid(), ["academy_admin"])));
    }

    [Fact]
    public async Task A_role_lifted_from_the_token_takes_its_rows_along()
    {
        var teacher = await service.PersonAsync("teacher@r1.deped.gov.ph");

        var counts = await CountsAsync(teacher with { Roles = [] });

        Assert.Equal((1, 1, 0, 1, 0), counts);
    }

    [Theory]
    [InlineData("supervisor@r1.deped.gov.ph")]
    [InlineData("teacher@r1.deped.gov.ph")]
    [InlineData("student01@r1.deped.gov.ph")]
    [InlineData("parent01@r1.deped.gov.ph")]
    [InlineData("admin@itqan.example")]
    public async Task Only_admins_of_the_academy_change_its_rosters(string email)
    {
        var caller = await service.PersonAsync(email);
        var id = await DemoClassAsync();
        var person = (await service.PersonAsync("teacher2@r1.deped.gov.ph")).PersonId;
        await using var session = await service.Database.BeginAsync(caller, Ct);

        Assert.Equal(0, await session.ExecuteAsync("update enrolment set to_date = '2026-06-30' where class_id = @id", new { id }, Ct));
        Assert.Equal(0, await session.ExecuteAsync("delete from enrolment where class_id = @id", new { id }, Ct));
        Assert.Equal(0, await session.ExecuteAsync("update class set version = version + 1 where id = @id", new { id }, Ct));
        var refused = await Assert.ThrowsAsync<PostgresException>(() => session.ExecuteAsync(
            """
            insert into enrolment (id, academy_id, class_id, person_id, role, from_date)
            select gen_random_uuid(), @academy, @id, @person, 'teacher', '2020-01-01'
            """, new { academy = DirectoryIds.Academy("demo"), id, person }, Ct));
        Assert.Equal(PostgresErrorCodes.InsufficientPrivilege, refused.SqlState);
    }

    [Theory]
    [InlineData("update person set roles = '{super_admin}', academy_id = null where id = app_user_id()")]
    [InlineData("update academy set name = 'Mine'")]
    [InlineData("delete from guardian")]
    [InlineData("delete from person")]
    public async Task Not_even_an_admin_changes_people_behind_the_codes_back(string sql)
    {
        await using var session = await service.Database.BeginAsync(await service.PersonAsync("admin@r1.deped.gov.ph"), Ct);

        Assert.Equal(0, await session.ExecuteAsync(sql, null, Ct));
    }

    [Fact]
    public async Task The_database_refuses_an_enrolment_across_academies()
    {
        var id = await DemoClassAsync();
        var person = (await service.PersonAsync("teacher@itqan.example")).PersonId;
        await using var session = await service.Database.BeginAsServiceAsync(Ct);

        var refused = await Assert.ThrowsAsync<PostgresException>(() => session.ExecuteAsync(
            """
            insert into enrolment (id, academy_id, class_id, person_id, role, from_date)
            values (gen_random_uuid(), @academy, @id, @person, 'teacher', '2020-01-01')
            """, new { academy = DirectoryIds.Academy("demo"), id, person }, Ct));

        Assert.Equal("enrolment_of_person", refused.ConstraintName);
    }

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private Task<Guid> DemoClassAsync() => service.ClassAsync("grade-7-mathematics");

    private async Task<(int Academies, int People, int Classes, int Enrolments, int Guardians)> CountsAsync(Caller caller)
    {
        await using var session = await service.Database.BeginAsync(caller, Ct);
        return (await CountAsync("academy"), await CountAsync("person"), await CountAsync("class"), await CountAsync("enrolment"), await CountAsync("guardian"));

        Task<int> CountAsync(string table) => session.ScalarAsync<int>($"select count(*)::int from {table}", null, Ct);
    }
}

using Meetings.Contracts.Directory;
using Meetings.ServiceDefaults.Data;
using Meetings.ServiceDefaults.Security;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Meetings.Attendance.Tests.Service;

/// <summary>What the database itself lets a caller see, whatever the service would decide.</summary>
public sealed class SecondWallTests(AttendanceService service) : IClassFixture<AttendanceService>
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    [Trait("Hostile", "51")]
    public async Task The_database_shows_a_caller_what_the_matrix_allows()
    {
        var lesson = new TestLesson(service.Clock.GetUtcNow());
        await service.TellAsync([
            .. lesson.School, lesson.Person("mother", 1, [Roles.Parent], lesson.Id("ana")), lesson.MeetingChanged(), lesson.Joined("ana", 0), lesson.Left("ana", 20),
            lesson.Joined("guest1", 0), lesson.Ended()]);
        await service.FinalAsync(lesson.Meeting, lesson.Teacher);
        await Testing.Eventually.Holds(async () => await service.AskAsync<long>("select count(*) from person where academy_id = @Academy", new { lesson.Academy }) == 4, "everybody");
        var elsewhere = new TestLesson(service.Clock.GetUtcNow());

        // Records, their versions, facts, people.
        Assert.Equal((2, 2, 4, 4), await SeenAsync(lesson, lesson.Teacher));
        Assert.Equal((2, 2, 4, 4), await SeenAsync(lesson, lesson.As("head", Roles.AcademyAdmin)));
        Assert.Equal((2, 2, 4, 4), await SeenAsync(lesson, new Caller(Guid.CreateVersion7(), null, [Roles.SuperAdmin])));
        Assert.Equal((1, 1, 0, 1), await SeenAsync(lesson, lesson.As("ana", Roles.Student)));
        Assert.Equal((1, 1, 0, 1), await SeenAsync(lesson, lesson.As("mother", Roles.Parent)));
        Assert.Equal((0, 0, 0, 4), await SeenAsync(lesson, lesson.As("other-teacher", Roles.Teacher)));
        Assert.Equal((0, 0, 0, 0), await SeenAsync(lesson, lesson.As("stranger", Roles.Student)));
        Assert.Equal((0, 0, 0, 0), await SeenAsync(lesson, elsewhere.Teacher));
        Assert.Equal((0, 0, 0, 0), await SeenAsync(lesson, elsewhere.As("head", Roles.AcademyAdmin)));
    }

    [Fact]
    [Trait("Hostile", "51")]
    public async Task The_database_shows_the_facts_of_the_meeting_in_sight_and_of_no_other()
    {
        var (one, other) = (new TestLesson(service.Clock.GetUtcNow()), new TestLesson(service.Clock.GetUtcNow()));
        foreach (var lesson in (TestLesson[])[one, other])
        {
            await service.TellAsync([.. lesson.School, lesson.MeetingChanged(), lesson.Joined("ana", 0)]);
            await Testing.Eventually.Holds(async () => await service.AskAsync<long>("select count(*) from fact where provider_meeting_id = @Number", new { lesson.Number }) == 1, "the fact");
        }

        await using var session = await Database.BeginAsync(new Caller(Guid.CreateVersion7(), null, [Roles.SuperAdmin]), Ct);
        Assert.Equal(0, await session.ScalarAsync<long>("select count(*) from fact", null, Ct));

        await session.ExecuteAsync("select set_config('app.meeting_id', @Meeting::text, true)", new { one.Meeting }, Ct);
        Assert.Equal([one.Number], await session.QueryAsync<string>("select provider_meeting_id from fact", null, Ct));
    }

    [Theory]
    [InlineData("update attendance_record set status = 'present'")]
    [InlineData("delete from fact")]
    [InlineData("delete from attendance_record_version")]
    [InlineData("update calculation set due_at = now()")]
    public async Task A_caller_changes_nothing_by_the_database(string sql)
    {
        await using var session = await Database.BeginAsync(new Caller(Guid.CreateVersion7(), null, [Roles.SuperAdmin]), Ct);

        Assert.Equal(0, await session.ExecuteAsync(sql, null, Ct));
    }

    [Fact]
    public async Task A_caller_adds_nothing_to_the_ledger()
    {
        await using var session = await Database.BeginAsync(new Caller(Guid.CreateVersion7(), null, [Roles.SuperAdmin]), Ct);

        var refused = await Assert.ThrowsAsync<PostgresException>(() => session.ExecuteAsync("""
            insert into fact (id, provider, provider_meeting_id, sitting_id, connection_id, kind, at, source, who, received_at)
            values (gen_random_uuid(), 'zoom', '1', '1', '1', 3, now(), 1, gen_random_uuid(), now())
            """, null, Ct));

        Assert.Equal(PostgresErrorCodes.InsufficientPrivilege, refused.SqlState);
    }

    private Database Database => service.Services.GetRequiredService<Database>();

    private async Task<(long, long, long, long)> SeenAsync(TestLesson lesson, Caller caller)
    {
        await using var session = await Database.BeginAsync(caller, Ct);
        await session.ExecuteAsync("select set_config('app.meeting_id', @Meeting::text, true)", new { lesson.Meeting }, Ct);
        return (
            await session.ScalarAsync<long>("select count(*) from attendance_record where meeting_id = @Meeting", new { lesson.Meeting }, Ct),
            await session.ScalarAsync<long>("select count(*) from attendance_record_version v join attendance_record r on r.id = v.record_id where r.meeting_id = @Meeting", new { lesson.Meeting }, Ct),
            await session.ScalarAsync<long>("select count(*) from fact where provider_meeting_id = @Number", new { lesson.Number }, Ct),
            await session.ScalarAsync<long>("select count(*) from person where academy_id = @Academy", new { lesson.Academy }, Ct));
    }
}

using System.Net;
using System.Text.Json.Nodes;
using Meetings.Contracts.Attendance;
using Meetings.Contracts.Sittings;
using Meetings.Meeting.Tests.Fakes;
using Meetings.Testing;
using Npgsql;
using static Meetings.Meeting.Tests.MeetingService;

namespace Meetings.Meeting.Tests.Scheduling;

/// <summary>What nobody plans and what happens all the same: a provider that was switched off, zones that no machine knows, two at the same row.</summary>
public sealed class OddMeetingsTests(MeetingService service) : IClassFixture<MeetingService>
{
    private readonly School _school = service.School;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Meetings_of_a_provider_that_was_switched_off_can_still_be_called_off_and_deleted()
    {
        var (cancelled, deleted, edited) = (await SwitchedOffAsync(), await SwitchedOffAsync(), await SwitchedOffAsync());

        Assert.Equal(HttpStatusCode.OK, (await service.DoAsync(_school.Teacher, Text(cancelled, "id"), "cancel")).StatusCode);
        Assert.Equal(HttpStatusCode.NoContent, (await service.DoAsync(_school.Teacher, Text(deleted, "id"), null)).StatusCode);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await service.PatchAsync(edited, ("title", "Geometry"))).StatusCode);
        // Nothing is at work on it any more.
        Assert.Equal(HttpStatusCode.OK, (await service.PatchAsync(edited, ("audience", "all"))).StatusCode);
        Assert.Equal("pending", Text(await service.GetAsync(_school.Teacher, $"/{Text(cancelled, "id")}"), "providerState"));
    }

    [Fact]
    public async Task A_running_meeting_of_a_provider_that_was_switched_off_goes_on_and_says_so()
    {
        var meeting = await service.MeetingAsync();
        await service.OpenAsync(meeting);
        await SwitchOffAsync(meeting);
        foreach (var action in (string?[])["end", null])
            Assert.Equal(HttpStatusCode.ServiceUnavailable, (await service.DoAsync(_school.Teacher, Text(meeting, "id"), action)).StatusCode);
    }

    [Fact]
    public async Task An_academy_whose_time_zone_this_machine_does_not_know_can_plan_all_the_same()
    {
        await service.MeetingAsync();
        var zone = (await service.OwnerQueryAsync<string>("select time_zone from academy where academy_id = @AcademyId", new { _school.AcademyId }))[0];
        await service.OwnerQueryAsync<int>("update academy set time_zone = 'Mars/Olympus' where academy_id = @AcademyId returning 1", new { _school.AcademyId });
        try
        {
            Assert.Equal(HttpStatusCode.Created, (await service.CreateAsync(_school.Teacher, service.Request())).StatusCode);
        }
        finally
        {
            await service.OwnerQueryAsync<int>("update academy set time_zone = @zone where academy_id = @AcademyId returning 1", new { _school.AcademyId, zone });
        }
    }

    [Fact]
    [Trait("Acceptance", "S4-04")]
    public async Task No_room_id_stands_where_a_link_means_another_meeting()
    {
        var meeting = await service.MeetingAsync();
        Assert.Equal(HttpStatusCode.NoContent, (await service.DoAsync(_school.Teacher, Text(meeting, "id"), null)).StatusCode);

        var answer = await service.CreateAsync(_school.OtherTeacher, service.Request(("classId", null), ("roomId", Text(meeting, "id"))));

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
    }

    [Fact]
    public async Task Who_records_that_a_sitting_ended_holds_none_of_its_rows_while_waiting_for_who_ends_it()
    {
        var meeting = await service.MeetingAsync();
        var sitting = await service.OpenAsync(meeting);
        await using var data = NpgsqlDataSource.Create(service.ConnectionString);
        await using var connection = await data.OpenConnectionAsync(Ct);
        await using var ending = await connection.BeginTransactionAsync(Ct);
        await DoAsync($"select pg_advisory_xact_lock(hashtextextended('zoom:{sitting.MeetingId}', 0))");

        var now = TimeProvider.System.GetUtcNow();
        await service.PublishAsync(new SittingEnded(Guid.NewGuid(), sitting, now, now));
        await Eventually.Holds(
            async () => (await service.OwnerQueryAsync<long>(
                "select count(*) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'"))[0] > 0, "the news to wait");

        // Otherwise each would wait for the other, until the database refuses one of them.
        await DoAsync($"select 1 from sitting where sitting_id = '{sitting.SittingId}' for update nowait");
        await ending.RollbackAsync(Ct);
        await service.UntilAsync(Text(meeting, "id"), ended => Text(ended, "state") == "ended", "the end");

        async Task DoAsync(string sql)
        {
            await using var command = new NpgsqlCommand(sql, connection, ending);
            await command.ExecuteNonQueryAsync(Ct);
        }
    }

    [Fact]
    public async Task Who_records_that_attendance_is_final_holds_no_date_while_waiting_for_who_derives_the_state_of_its_meeting()
    {
        var meeting = await service.MeetingAsync();
        var id = Guid.Parse(Text(meeting, "id"));
        var occurrence = (await service.OwnerQueryAsync<Guid>("select id from occurrence where meeting_id = @id", new { id }))[0];
        await using var data = NpgsqlDataSource.Create(service.ConnectionString);
        await using var connection = await data.OpenConnectionAsync(Ct);
        await using var deriving = await connection.BeginTransactionAsync(Ct);
        await DoAsync($"select 1 from meeting where id = '{id}' for update");

        await service.PublishAsync(new AttendanceFinalized(
            occurrence, 1, id, _school.AcademyId, _school.ClassId, new DateOnly(2026, 11, 23), NoShow: true, TimeProvider.System.GetUtcNow(), []));
        await Eventually.Holds(
            async () => (await service.OwnerQueryAsync<long>(
                "select count(*) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'"))[0] > 0, "the news to wait");

        await DoAsync($"select 1 from occurrence where id = '{occurrence}' for update nowait");
        await deriving.RollbackAsync(Ct);
        await service.UntilAsync(Text(meeting, "id"), final => Text(final, "state") == "finalised", "the finalisation");

        async Task DoAsync(string sql)
        {
            await using var command = new NpgsqlCommand(sql, connection, deriving);
            await command.ExecuteNonQueryAsync(Ct);
        }
    }

    [Fact]
    public async Task A_meeting_that_begins_while_its_provider_is_told_of_a_new_time_keeps_its_time_and_the_provider_is_brought_back()
    {
        var meeting = await service.MeetingAsync();
        WhileTold(() => service.OpenAsync(meeting));

        var answer = await service.PatchAsync(meeting, ("startsAt", "2026-11-24T06:00:00Z"));

        service.Zoom.Fault = null;
        Assert.Equal(HttpStatusCode.Conflict, answer.StatusCode);
        var after = await service.GetAsync(_school.Teacher, $"/{Text(meeting, "id")}");
        Assert.Equal(("2026-11-23T06:00:00Z", "pending"), (Text(after, "startsAt"), Text(after, "providerState")));
    }

    [Fact]
    [Trait("Acceptance", "S4-08")]
    public async Task An_edit_leaves_the_name_that_the_host_came_by_meanwhile()
    {
        var meeting = await service.MeetingAsync();
        WhileTold(() => service.OwnerQueryAsync<int>(
            "update meeting set host_name = 'Ms. Curie' where id = @id returning 1", new { id = Guid.Parse(Text(meeting, "id")) }));

        var edited = await JsonAsync(await service.PatchAsync(meeting, ("title", "Geometry")));

        service.Zoom.Fault = null;
        Assert.Equal(("Geometry", "Ms. Curie"), (Text(edited, "title"), Text(edited, "hostName")));
    }

    private void WhileTold(Func<Task> happens) => service.Zoom.Fault = async (call, _) =>
    {
        if (call.Method == "PATCH") await happens();
        return false;
    };

    private async Task<JsonObject> SwitchedOffAsync()
    {
        var meeting = await service.MeetingAsync();
        await SwitchOffAsync(meeting);
        return meeting;
    }

    private Task<IReadOnlyList<int>> SwitchOffAsync(JsonObject meeting) => service.OwnerQueryAsync<int>(
        """
        with s as (update sitting set provider = 'gone' where provider_meeting_id = @number),
             c as (update provider_connection set provider = 'gone' where provider_meeting_id = @number)
        update meeting set provider = 'gone' where id = @id returning 1
        """, new { id = Guid.Parse(Text(meeting, "id")), number = Text(meeting, "providerMeetingId") });
}

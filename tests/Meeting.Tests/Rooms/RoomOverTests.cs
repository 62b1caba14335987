using System.Net;
using System.Text.Json.Nodes;
using Meetings.Contracts.Directory;
using Meetings.Contracts.Sittings;
using Meetings.Meeting.Tests.Fakes;
using Meetings.Testing;
using Npgsql;
using static Meetings.Meeting.Tests.MeetingService;
using static Meetings.Meeting.Tests.Rooms.RoomsService;

namespace Meetings.Meeting.Tests.Rooms;

/// <summary>What was ended, called off or deleted has no way in any more, and what goes on is not ended by what is over.</summary>
public sealed class RoomOverTests(RoomsService service) : IClassFixture<RoomsService>
{
    private readonly School _school = service.School;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    [Trait("Acceptance", "S3-16")]
    public async Task A_room_is_ended_also_when_its_provider_has_told_of_nobody_yet()
    {
        var id = await service.RoomAsync();
        await service.JoinAsync(_school.Teacher, id);
        Assert.Equal("live", await StateAsync(id));

        var ended = await OkAsync(await service.PostAsync(_school.Teacher, id, "end"));

        Assert.Equal("ended", Text(ended, "state"));
        Assert.Contains($"room-{id}", service.Rooms.Ended);
        Assert.Equal("left", await service.StandsAsync(_school.Teacher, id));
        Assert.Equal("waiting_for_host", await service.JoinedAsync(_school.Student, id));
    }

    [Fact]
    [Trait("Acceptance", "S2-06")]
    public async Task Who_was_let_in_before_the_host_came_has_no_way_into_a_lesson_that_is_called_off()
    {
        var id = await service.LessonAsync(startsIn: 30);
        var stranger = _school.Person(Roles.Student);
        Assert.Equal("waiting_for_host", await service.JoinedAsync(stranger, id));
        await OkAsync(await service.AdmitAsync(_school.Admin, id, stranger));
        Assert.NotNull((await service.StatusAsync(stranger, id))["token"]);

        await OkAsync(await service.PostAsync(_school.Teacher, id, "cancel"));

        var after = await service.StatusAsync(stranger, id);
        Assert.Equal("left", Text(after, "status"));
        Assert.Null(after["token"]);
        await RefusedAsync(await service.FetchAsync(_school.Teacher, id, "token"), HttpStatusCode.Conflict, "meeting-cancelled");
    }

    [Fact]
    public async Task Whoever_comes_while_a_lesson_is_called_off_does_not_come_in()
    {
        var id = await service.LessonAsync();
        await using var other = NpgsqlDataSource.Create(service.ConnectionString);
        await using var connection = await other.OpenConnectionAsync(Ct);
        await using var calledOff = await connection.BeginTransactionAsync(Ct);
        await using (var write = new NpgsqlCommand("update meeting set cancelled_at = now(), state = 'cancelled' where id = @id", connection, calledOff))
        {
            write.Parameters.AddWithValue("id", Guid.Parse(id));
            await write.ExecuteNonQueryAsync(Ct);
        }

        var coming = service.TryJoinAsync(_school.Student, id);
        await SomebodyWaitsAsync();
        await calledOff.CommitAsync(Ct);

        await RefusedAsync(await coming, HttpStatusCode.Conflict, "meeting-cancelled");
        Assert.Empty(await service.OwnerQueryAsync<Guid>("select person_id from place where meeting_id = @id", new { id = Guid.Parse(id) }));
    }

    [Fact]
    [Trait("Acceptance", "S4-05")]
    public async Task A_room_that_is_deleted_while_it_runs_is_over()
    {
        var id = await service.RoomAsync();
        await service.JoinAsync(_school.Teacher, id);
        using var client = service.As(_school.Teacher);

        Assert.Equal(HttpStatusCode.NoContent, (await client.DeleteAsync(new Uri($"/api/v1/meetings/{id}", UriKind.Relative), Ct)).StatusCode);

        Assert.Equal([true], await service.OwnerQueryAsync<bool>("select closed_at is not null from room_sitting where meeting_id = @id", new { id = Guid.Parse(id) }));
        Assert.Equal(["ended"], await service.OwnerQueryAsync<string>("select state from meeting where id = @id", new { id = Guid.Parse(id) }));
    }

    [Fact]
    public async Task A_token_of_before_does_not_keep_a_room_open_whose_lesson_was_called_off()
    {
        var id = await service.LessonAsync(startsIn: 30);
        await OkAsync(await service.PostAsync(_school.Teacher, id, "cancel"));
        Assert.Single(service.Rooms.Deleted, $"room-{id}");

        // Whoever has a token makes the room again, at a server that makes rooms for those who come.
        var now = TimeProvider.System.GetUtcNow();
        await service.PublishAsync(new ParticipantJoined(Guid.NewGuid(), Room(id, "s1"), "c1", Who(_school.Student), now, now));
        await Eventually.Holds(
            async () =>
            {
                await service.Unfollowed.RunAsync(Ct);
                return service.Rooms.Deleted.Count(room => room == $"room-{id}") > 1;
            }, "the room to be closed again");

        await service.PublishAsync(new SittingEnded(Guid.NewGuid(), Room(id, "s1"), now.AddSeconds(9), now.AddSeconds(9)));
        await Eventually.Holds(
            async () => (await service.OwnerQueryAsync<long>("select count(*) from sitting where provider_meeting_id = @room and ended_at is null", new { room = $"room-{id}" }))[0] == 0, "its end");
        Assert.Equal("cancelled", await StateAsync(id));
    }

    [Fact]
    [Trait("Acceptance", "X27")]
    public async Task Parents_who_may_only_look_have_no_token_of_before_that_any_more()
    {
        await service.PublishAsync(new PersonChanged(_school.Parent.PersonId, 2, _school.AcademyId, "A parent", _school.Email(_school.Parent), [Roles.Parent], [_school.Student.PersonId]));
        await Eventually.Holds(
            async () => (await service.OwnerQueryAsync<long>("select count(*) from guardianship where guardian_id = @PersonId", new { _school.Parent.PersonId })) is [1], "the guardian");
        var id = await service.LessonAsync();
        await service.JoinAsync(_school.Teacher, id);
        Assert.NotNull((await service.JoinAsync(_school.Parent, id))["token"]);

        await service.OwnerQueryAsync<int>("update meeting set settings = settings || '{\"guardians\": \"view\"}' where id = @id returning 1", new { id = Guid.Parse(id) });

        Assert.Null((await service.StatusAsync(_school.Parent, id))["token"]);
        Assert.False((await service.FetchAsync(_school.Parent, id, "token")).IsSuccessStatusCode);
    }

    [Fact]
    [Trait("Acceptance", "X10")]
    public async Task A_host_who_has_gone_already_ends_nothing_by_going_again()
    {
        var coHost = _school.Person(Roles.Teacher);
        var id = await service.RoomAsync(("settings", new JsonObject { ["onHostLeave"] = "end" }));
        await service.OwnerQueryAsync<int>(
            "update meeting set co_host_ids = array[@who], co_host_names = array['Ms. Meitner'] where id = @id returning 1", new { id = Guid.Parse(id), who = coHost.PersonId });
        await service.JoinAsync(_school.Teacher, id);
        await service.JoinAsync(coHost, id);
        await service.LeaveAsync(coHost, id);

        // The host's connection breaks: for two minutes they are waited for.
        var now = TimeProvider.System.GetUtcNow();
        await service.PublishAsync(new SittingStarted(Guid.NewGuid(), Room(id, "s1"), now, now));
        await service.PublishAsync(new ParticipantJoined(Guid.NewGuid(), Room(id, "s1"), "c1", Who(_school.Teacher), now, now));
        await service.PublishAsync(new ParticipantLeft(Guid.NewGuid(), Room(id, "s1"), "c1", Who(_school.Teacher), now.AddSeconds(1), now.AddSeconds(1)));
        await service.UntilAsync(id, meeting => (int)meeting["participantCount"]! == 0, "the host to be gone");

        await service.LeaveAsync(coHost, id);

        Assert.Equal([1], await service.OwnerQueryAsync<int>(
            "select epoch from room_sitting where meeting_id = @id and closed_at is null and end_at_provider is null", new { id = Guid.Parse(id) }));
    }

    [Fact]
    [Trait("Acceptance", "X10")]
    public async Task A_round_that_takes_long_ends_no_room_that_a_host_has_opened_again_meanwhile()
    {
        string[] rooms = [await EndingAsync(), await EndingAsync()];
        foreach (var room in rooms) await service.JoinAsync(_school.Teacher, room);
        service.Rooms.EndFailures = int.MaxValue;
        foreach (var room in rooms) await service.LeaveAsync(_school.Teacher, room);
        string? first = null;
        service.Rooms.OnEnd = async room =>
        {
            // Only one of the two is ended before the host is back in the other.
            if (Interlocked.CompareExchange(ref first, room, null) is null)
                await service.JoinAsync(_school.Teacher, rooms.Single(other => room != $"room-{other}"));
        };

        service.Rooms.EndFailures = 0;
        // Both at once, so that one round takes both.
        await service.OwnerQueryAsync<int>("update room_sitting set end_at_provider = now() where end_at_provider is not null and meeting_id = any(@ids)", new { ids = rooms.Select(Guid.Parse).ToArray() });
        await Eventually.Holds(
            async () =>
            {
                await service.LookForEndsAsync();
                return (await service.OwnerQueryAsync<long>("select count(*) from room_sitting where end_at_provider is not null and meeting_id = any(@ids)", new { ids = rooms.Select(Guid.Parse).ToArray() }))[0] == 0;
            }, "all ends to be told");

        service.Rooms.OnEnd = null;
        Assert.Single(rooms, room => service.Rooms.Ended.Contains($"room-{room}"));
    }

    [Fact]
    [Trait("Acceptance", "S4-02")]
    public async Task Who_comes_while_another_makes_the_room_and_fails_makes_it()
    {
        var room = $"room-{Guid.NewGuid():n}";
        await service.MadeAsync(_school.OtherTeacher, ("provider", "livekit"), ("type", "instant"), ("classId", null), ("roomId", room));
        // As while its provider works on it.
        await service.OwnerQueryAsync<int>("update meeting set provider_meeting_id = null, join_url = null, state = 'scheduled' where room_id = @room returning 1", new { room });
        var coming = service.TryJoinAsync(_school.Teacher, room);
        await Task.WhenAny(coming, Eventually.Holds(
            async () => (await service.OwnerQueryAsync<long>(
                "select count(*) from pg_stat_activity where datname = current_database() and query like '%academy_today%' and query_start > now() - interval '1 second'"))[0] > 0, "the door to be asked"));
        await service.OwnerQueryAsync<int>("delete from meeting where room_id = @room returning 1", new { room });

        var place = await OkAsync(await coming);

        Assert.True((bool)place["isHost"]!);
        Assert.Equal([_school.Teacher.PersonId], await service.OwnerQueryAsync<Guid>("select owner_id from meeting where room_id = @room", new { room }));
    }

    /// <summary>A room that ends with its host.</summary>
    private Task<string> EndingAsync() => service.RoomAsync(("settings", new JsonObject { ["onHostLeave"] = "end" }));

    private Task SomebodyWaitsAsync() => Eventually.Holds(
        async () => (await service.OwnerQueryAsync<long>(
            "select count(*) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'"))[0] > 0, "somebody to wait for the lock");

    private async Task<string> StateAsync(string id) => Text(await service.GetAsync(_school.Teacher, $"/{id}"), "state");
}

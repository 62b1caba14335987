using System.Net;
using System.Text.Json.Nodes;
using Meetings.Contracts.Directory;
using Meetings.Contracts.Sittings;
using Meetings.Meeting.Tests.Fakes;
using Meetings.ServiceDefaults.Security;
using Meetings.Testing;
using static Meetings.Meeting.Tests.MeetingService;
using static Meetings.Meeting.Tests.Rooms.RoomsService;

namespace Meetings.Meeting.Tests.Rooms;

/// <summary>Many at the same door at the same moment, what is counted, and how rooms end.</summary>
public sealed class RoomsTogetherTests(RoomsService service) : IClassFixture<RoomsService>
{
    private readonly School _school = service.School;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Of_fifty_who_come_while_all_are_let_in_nobody_is_lost_and_nobody_is_let_in_twice()
    {
        var id = await OpenRoomAsync();
        var people = Enumerable.Range(0, 50).Select(_ => _school.Person(Roles.Student)).ToList();
        var admissions = new List<JsonObject>();
        using var over = new CancellationTokenSource();
        var admitting = Task.WhenAll(Enumerable.Range(0, 2).Select(async _ =>
        {
            while (!over.IsCancellationRequested)
            {
                var admitted = await OkAsync(await service.PostAsync(_school.Teacher, id, "admit-all"));
                lock (admissions) admissions.Add(admitted);
            }
        }));
        var joined = await Task.WhenAll(people.Select(person => service.JoinedAsync(person, id)));
        await over.CancelAsync();
        await admitting;
        admissions.Add(await OkAsync(await service.PostAsync(_school.Teacher, id, "admit-all")));

        Assert.All(joined, status => Assert.Equal("waiting", status));
        var letIn = admissions.SelectMany(admission => admission["items"]!.AsArray().Select(item => (Guid)item!["userId"]!)).ToList();
        Assert.Equal(people.Select(person => person.PersonId).Order(), letIn.Order());
        Assert.Equal(50, admissions.Sum(admission => (int)admission["admitted"]!));
        Assert.All(await Task.WhenAll(people.Select(person => service.StandsAsync(person, id))), status => Assert.Equal("admitted", status));
        Assert.Equal((51, 0), await CountsAsync(id));
    }

    [Fact]
    public async Task Of_those_who_come_while_the_host_comes_nobody_waits_for_the_host_any_more()
    {
        var id = await service.LessonAsync();
        var strangers = Enumerable.Range(0, 20).Select(_ => _school.Person(Roles.Student)).ToList();
        var coming = strangers.Append(_school.Student).Select(person => service.JoinedAsync(person, id)).ToList();
        await service.JoinAsync(_school.Teacher, id);
        await Task.WhenAll(coming);

        Assert.All(await Task.WhenAll(strangers.Select(person => service.StandsAsync(person, id))), status => Assert.Equal("waiting", status));
        Assert.Equal("admitted", await service.StandsAsync(_school.Student, id));
    }

    [Fact]
    public async Task A_refusal_is_not_lost_to_one_who_comes_again_at_the_same_moment()
    {
        var id = await OpenRoomAsync();
        for (var round = 0; round < 10; round++)
        {
            var person = _school.Person(Roles.Student);
            await service.JoinAsync(person, id);
            var joins = Enumerable.Range(0, 4).Select(_ => service.JoinAsync(person, id)).ToList();
            await OkAsync(await service.RejectAsync(_school.Teacher, id, person));
            await Task.WhenAll(joins);
            Assert.Equal("rejected", await service.StandsAsync(person, id));
        }
    }

    [Fact]
    public async Task Of_a_refusal_and_an_admission_at_the_same_moment_both_askers_hear_what_became_of_it()
    {
        var id = await OpenRoomAsync();
        for (var round = 0; round < 10; round++)
        {
            var person = _school.Person(Roles.Student);
            await service.JoinAsync(person, id);
            var answers = await Task.WhenAll(service.AdmitAsync(_school.Teacher, id, person), service.RejectAsync(_school.Admin, id, person));
            var stands = await service.StandsAsync(person, id);
            // Admitted first: the refusal is told so. Refused first: the admission lifted it, or was told so.
            var told = answers.Select(answer => answer.StatusCode).ToList();
            Assert.True(
                (stands, told[0], told[1]) is ("admitted", HttpStatusCode.OK, HttpStatusCode.Conflict or HttpStatusCode.OK)
                    or ("rejected", HttpStatusCode.Conflict, HttpStatusCode.OK), $"{stands}: {told[0]} {told[1]}");
        }
    }

    [Fact]
    [Trait("Acceptance", "S4-07")]
    [Trait("Acceptance", "S4-06")]
    public async Task Places_and_connections_of_the_same_people_count_once()
    {
        var id = await OpenRoomAsync();
        await service.JoinAsync(_school.Student, id);
        await service.JoinAsync(_school.OtherStudent, id);
        Assert.Equal((1, 2), await CountsAsync(id));
        await OkAsync(await service.AdmitAsync(_school.Teacher, id, _school.Student));
        Assert.Equal((2, 1), await CountsAsync(id));

        // What the provider tells of the same people adds nobody; of somebody else, it does.
        var now = TimeProvider.System.GetUtcNow();
        await service.PublishAsync(new SittingStarted(Guid.NewGuid(), Room(id, "s1"), now, now));
        await ConnectAsync(id, "c1", Who(_school.Teacher));
        await ConnectAsync(id, "c2", Who(_school.Student));
        await ConnectAsync(id, "c3", Who(_school.Student, "on-her-phone"));
        await ConnectAsync(id, "c4", new ParticipantIdentity(Identity: "somebody-else"));
        await CountsBecomeAsync(id, 3, 1);

        // Who drops is not here, although they have not said that they leave; and is here again when they come again.
        await DisconnectAsync(id, "c2", Who(_school.Student));
        await DisconnectAsync(id, "c3", Who(_school.Student, "on-her-phone"));
        await CountsBecomeAsync(id, 2, 1);
        Assert.Equal("admitted", await service.StandsAsync(_school.Student, id));
        await service.JoinAsync(_school.Student, id);
        await CountsBecomeAsync(id, 3, 1);

        // The same for everybody who sees the meeting, whatever else of it they see.
        var listed = await service.GetAsync(_school.Teacher, "?owner=me&limit=100");
        var mine = listed["items"]!.AsArray().Single(item => (string?)item!["id"] == id)!;
        Assert.Equal((3, 1), ((int)mine["participantCount"]!, (int)mine["waitingCount"]!));
        await service.OwnerQueryAsync<int>("update meeting set audience = 'students' where id = @id", new { id = Guid.Parse(id) });
        var seen = await service.GetAsync(_school.OtherStudent, $"/{id}");
        Assert.Equal((3, 1), ((int)seen["participantCount"]!, (int)seen["waitingCount"]!));
    }

    [Fact]
    [Trait("Acceptance", "X10")]
    public async Task A_room_survives_its_host_and_ends_ten_minutes_after_the_last_has_left()
    {
        var id = await OpenRoomAsync();
        await service.JoinAsync(_school.Student, id);
        await OkAsync(await service.AdmitAsync(_school.Teacher, id, _school.Student));
        await service.LeaveAsync(_school.Teacher, id);
        await service.PassAsync(id, 60);
        await service.LookForEndsAsync();
        Assert.Equal("live", await StateAsync(id));

        await service.LeaveAsync(_school.Student, id);
        await service.PassAsync(id, 9);
        await service.LookForEndsAsync();
        Assert.Equal("live", await StateAsync(id));
        await service.PassAsync(id, 1);
        await service.LookForEndsAsync();
        Assert.Equal("ended", await StateAsync(id));
        await Eventually.Holds(
            async () =>
            {
                await service.LookForEndsAsync();
                return service.Rooms.Ended.Contains($"room-{id}");
            }, "the provider's end");
    }

    [Fact]
    [Trait("Acceptance", "X10")]
    public async Task A_room_ends_some_minutes_after_its_host_unless_the_host_comes_back()
    {
        var id = await OpenRoomAsync(("settings", new JsonObject { ["onHostLeave"] = "endAfter", ["endAfterMinutes"] = 3 }));
        await service.JoinAsync(_school.Student, id);
        await OkAsync(await service.AdmitAsync(_school.Teacher, id, _school.Student));
        await service.LeaveAsync(_school.Teacher, id);
        await service.PassAsync(id, 2);
        await service.LookForEndsAsync();
        await service.JoinAsync(_school.Teacher, id);
        await service.PassAsync(id, 5);
        await service.LookForEndsAsync();
        Assert.Equal("live", await StateAsync(id));

        await service.LeaveAsync(_school.Teacher, id);
        await service.PassAsync(id, 3);
        await service.LookForEndsAsync();
        Assert.Equal("ended", await StateAsync(id));
        Assert.Equal("left", await service.StandsAsync(_school.Student, id));
    }

    [Fact]
    [Trait("Acceptance", "X10")]
    public async Task The_providers_room_is_ended_as_often_as_it_takes_and_never_under_who_came_again()
    {
        var (id, again) = (await OpenRoomAsync(("settings", new JsonObject { ["onHostLeave"] = "end" })), await OpenRoomAsync(("settings", new JsonObject { ["onHostLeave"] = "end" })));
        service.Rooms.EndFailures = int.MaxValue;
        await service.LeaveAsync(_school.Teacher, id);
        await service.LeaveAsync(_school.Teacher, again);
        Assert.Equal("ended", await StateAsync(id));
        await service.LookForEndsAsync();
        Assert.DoesNotContain($"room-{id}", service.Rooms.Ended);

        await service.JoinAsync(_school.Teacher, again);
        service.Rooms.EndFailures = 0;
        await service.OwnerQueryAsync<int>("update room_sitting set end_at_provider = now() where end_at_provider is not null");
        await Eventually.Holds(
            async () =>
            {
                await service.LookForEndsAsync();
                return (await service.OwnerQueryAsync<long>("select count(*) from room_sitting where end_at_provider is not null"))[0] == 0;
            }, "all ends to be told");
        Assert.Contains($"room-{id}", service.Rooms.Ended);
        Assert.DoesNotContain($"room-{again}", service.Rooms.Ended);
    }

    [Fact]
    [Trait("Acceptance", "S4-03")]
    public async Task A_sitting_that_the_provider_ended_is_over_here_too()
    {
        var id = await OpenRoomAsync();
        await service.JoinAsync(_school.Student, id);
        await OkAsync(await service.AdmitAsync(_school.Teacher, id, _school.Student));
        var now = TimeProvider.System.GetUtcNow();
        await service.PublishAsync(new SittingStarted(Guid.NewGuid(), Room(id, "s1"), now, now));
        await ConnectAsync(id, "c1", Who(_school.Student));
        await service.PublishAsync(new SittingEnded(Guid.NewGuid(), Room(id, "s1"), now.AddSeconds(1), now.AddSeconds(1)));
        await service.UntilAsync(id, meeting => Text(meeting, "state") == "ended", "the end");
        Assert.Equal("left", await service.StandsAsync(_school.Student, id));
        Assert.Equal((0, 0), await CountsAsync(id));
        Assert.Equal("waiting_for_host", await service.JoinedAsync(_school.Student, id));
    }

    [Fact]
    [Trait("Acceptance", "X11")]
    [Trait("Hostile", "51")]
    public async Task The_database_shows_places_to_their_own_and_to_those_who_may_admit_and_lets_no_caller_write_them()
    {
        var id = await OpenRoomAsync(("settings", new JsonObject { ["admitters"] = "allAdmitted" }));
        var (admitted, waiting) = (_school.Person(Roles.Student), _school.Person(Roles.Student));
        await service.JoinAsync(admitted, id);
        await service.JoinAsync(waiting, id);
        await OkAsync(await service.AdmitAsync(_school.Teacher, id, admitted));

        foreach (var (caller, sees) in ((Caller, int)[])[
            (_school.Teacher, 3), (_school.Admin, 3), (_school.Supervisor, 3), (School.Super, 3), (admitted, 3), (waiting, 1),
            (_school.OtherTeacher, 0), (_school.Student, 0), (_school.Parent, 0), (service.Other.Admin, 0), (service.Other.Teacher, 0)])
        {
            await using var session = await service.Database.BeginAsync(caller, Ct);
            Assert.True(sees == await session.ScalarAsync<int>("select count(*)::int from place where meeting_id = @id", new { id = Guid.Parse(id) }, Ct), $"{caller.Roles[0]}");
            Assert.Equal(0, await session.ExecuteAsync("update place set status = 'admitted' where meeting_id = @id", new { id = Guid.Parse(id) }, Ct));
            Assert.Equal(0, await session.ExecuteAsync("delete from place where meeting_id = @id", new { id = Guid.Parse(id) }, Ct));
            Assert.Equal(0, await session.ScalarAsync<int>("select count(*)::int from password_attempt", null, Ct));
        }
    }

    private async Task<string> OpenRoomAsync(params (string Field, JsonNode? Value)[] changes)
    {
        var id = await service.RoomAsync(changes);
        await service.JoinAsync(_school.Teacher, id);
        return id;
    }

    private async Task<string> StateAsync(string id) => Text(await service.GetAsync(_school.Teacher, $"/{id}"), "state");

    private async Task<(int Here, int Waiting)> CountsAsync(string id)
    {
        var meeting = await service.GetAsync(_school.Teacher, $"/{id}");
        return ((int)meeting["participantCount"]!, (int)meeting["waitingCount"]!);
    }

    private Task<JsonObject> CountsBecomeAsync(string id, int here, int waiting) => service.UntilAsync(
        id, meeting => (int)meeting["participantCount"]! == here && (int)meeting["waitingCount"]! == waiting, $"{here} here and {waiting} waiting");

    private Task ConnectAsync(string id, string connection, ParticipantIdentity who)
    {
        var now = TimeProvider.System.GetUtcNow();
        return service.PublishAsync(new ParticipantJoined(Guid.NewGuid(), Room(id, "s1"), connection, who, now, now));
    }

    private Task DisconnectAsync(string id, string connection, ParticipantIdentity who)
    {
        var now = TimeProvider.System.GetUtcNow();
        return service.PublishAsync(new ParticipantLeft(Guid.NewGuid(), Room(id, "s1"), connection, who, now, now));
    }
}

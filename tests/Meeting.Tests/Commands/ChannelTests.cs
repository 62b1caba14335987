using System.Net;
using System.Text.Json.Nodes;
using Meetings.Meeting.Providers;
using Meetings.Meeting.Tests.Scheduling;
using Meetings.Testing;
using static Meetings.Meeting.Tests.Commands.CommandRoom;
using static Meetings.Meeting.Tests.MeetingService;

namespace Meetings.Meeting.Tests.Commands;

/// <summary>LiveKit data, WebSocket, server-sent events and polling, with a client that hears them all.</summary>
[Trait("Acceptance", "S3-27")]
public sealed class ChannelTests(CommandRoom room) : IClassFixture<CommandRoom>
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_client_that_hears_all_four_channels_acts_once_per_command()
    {
        room.Data.InRoom = [];
        var id = await room.MeetingAsync();
        var client = new ModelClient();
        await using var events = await EventStream.OpenAsync(As(room.School.Student, room.North), id, client.Hear);
        await using var hub = await HubClient.OpenAsync(room.South.Rest, room.School.Student, client.Hear);
        Assert.Equal(id, (string?)(await hub.CallAsync("Join", id, 0))["result"]);

        foreach (var command in (JsonObject[])[Announce("one"), new() { ["kind"] = "lock" }, For("mute", room.School.Student), new() { ["kind"] = "lower_hands" }])
            await room.GiveAsync(id, command, replica: room.South);
        await room.GiveAsync(id, Announce("five"), replica: room.North);
        foreach (var item in (await JsonAsync(await PollAsync(id, room.School.Student, room.South)))["items"]!.AsArray()) client.Hear(item!);
        await Eventually.Holds(() => Task.FromResult(DataOf(id).Count == 4), "what goes to everyone on the data channel");
        foreach (var sent in DataOf(id)) client.Hear(sent.Command);

        // Three channels tell all five; the fourth knows nobody in the room whom one of them is for.
        await Eventually.Holds(() => Task.FromResult(client.Heard == 19), "every channel to have told its commands");
        Assert.Equal([1, 2, 3, 4, 5], client.Acted.Order());
        Assert.Equal(["1", "2", "3", "4", "5"], events.Events.Select(one => one.Id));
        Assert.Equal(["session_announcements", "participant_management", "hand_raising", "session_announcements"], DataOf(id).Select(sent => sent.Topic));
    }

    [Fact]
    public async Task Whoever_was_away_catches_up_without_loss_at_another_replica()
    {
        var id = await room.MeetingAsync();
        var (byEvents, byHub) = (new ModelClient(), new ModelClient());
        var posted = 0L;
        async Task PostAsync(int count)
        {
            for (var n = 0; n < count; n++) posted = await room.GiveAsync(id, Announce("x"), replica: n % 2 == 0 ? room.North : room.South);
        }

        var lastId = "";
        for (var round = 0; round < 4; round++)
        {
            var replica = round % 2 == 0 ? room.North : room.South;
            await using (var events = await EventStream.OpenAsync(As(room.School.Student, replica), id, byEvents.Hear, lastId))
            await using (var hub = await HubClient.OpenAsync(replica.Rest, room.School.Student, byHub.Hear))
            {
                await hub.CallAsync("Join", id, byHub.Acted.DefaultIfEmpty(0).Max());
                await PostAsync(3);
                var target = posted;
                await Eventually.Holds(() => Task.FromResult(byEvents.Acted.Contains(target) && byHub.Acted.Contains(target)), "the live commands");
                lastId = events.LastId;
            }

            await PostAsync(2);
        }

        await using var last = await EventStream.OpenAsync(As(room.School.Student, room.North), id, byEvents.Hear, lastId);
        await using var again = await HubClient.OpenAsync(room.South.Rest, room.School.Student, byHub.Hear);
        await again.CallAsync("Join", id, byHub.Acted.Max());
        await byEvents.UntilAsync([.. Enumerable.Range(1, 20)]);
        await byHub.UntilAsync([.. Enumerable.Range(1, 20)]);
        Assert.Equal((20, 20), (byEvents.Heard, byHub.Heard));
    }

    [Fact]
    public async Task A_poll_that_waits_is_answered_by_a_command_at_another_replica()
    {
        var id = await room.MeetingAsync();
        await room.GiveAsync(id, Announce("one"));
        var waiting = PollAsync(id, room.School.Student, room.North, "?after=1&wait=25");
        var idle = PollAsync(id, room.School.Student, room.North, "?after=5&wait=1");

        await Eventually.Holds(() => Task.FromResult(!waiting.IsCompleted), "the poll to wait");
        Assert.Equal(2, await room.GiveAsync(id, Announce("two"), replica: room.South));

        var page = await JsonAsync(await waiting);
        Assert.Equal(2, (long)page["items"]!.AsArray().Single()!["seq"]!);
        Assert.Empty((await JsonAsync(await idle))["items"]!.AsArray());
    }

    [Fact]
    public async Task What_is_for_some_is_heard_by_them_and_by_those_who_run_the_meeting()
    {
        var id = await room.MeetingAsync(("audience", "all"));
        var (student, other) = (room.School.Student, room.School.OtherStudent);
        room.Data.InRoom = [$"{student.PersonId}_ana", $"{student.PersonId}_", $"{other.PersonId}_ben", "recorder"];
        await room.GiveAsync(id, For("mute", student));
        await room.GiveAsync(id, For("mute", student, other));
        await room.GiveAsync(id, Announce("all"));

        Assert.Equal([1, 2, 3], await NumbersAsync(id, student, room.South));
        Assert.Equal([2, 3], await NumbersAsync(id, other, room.South));
        Assert.Equal([1, 2, 3], await NumbersAsync(id, room.School.Admin, room.South));
        await CreateMeetingTests.RefusedAsync(await AcknowledgeAsync(id, 1, other, room.North), HttpStatusCode.NotFound, "command-not-found");

        // Nobody is told who else was muted.
        var seen = (await JsonAsync(await PollAsync(id, other, room.North)))["items"]![0]!["targets"]!.AsArray();
        Assert.Equal([other.PersonId.ToString()], seen.Select(target => (string)target!));
        await Eventually.Holds(() => Task.FromResult(DataOf(id).Count == 3), "the data channel");
        Assert.Equal(
            [$"{student.PersonId}_,{student.PersonId}_ana", $"{other.PersonId}_ben,{student.PersonId}_,{student.PersonId}_ana", ""],
            DataOf(id).Select(sent => string.Join(',', sent.Identities.Order(StringComparer.Ordinal).OrderBy(one => one.EndsWith("ben", StringComparison.Ordinal) ? 0 : 1))));
        Assert.All(DataOf(id), sent => Assert.Null(sent.Command["targets"]));
    }

    [Fact]
    public async Task A_provider_that_refuses_or_fails_is_no_failure_of_the_command()
    {
        var id = await room.MeetingAsync();
        foreach (var fault in (Exception[])[new ProviderException(ProviderFailure.Refused, "no"), new ProviderException(ProviderFailure.Unavailable, "away"), new InvalidOperationException("broken")])
        {
            room.Data.Fault = fault;
            await room.GiveAsync(id, Announce("x"));
        }

        room.Data.Fault = null;
        await room.GiveAsync(id, Announce("heard"));
        Assert.Equal([1, 2, 3, 4], await NumbersAsync(id, room.School.Student, room.South));
        await Eventually.Holds(() => Task.FromResult(DataOf(id).Any(sent => (string?)sent.Command["text"] == "heard")), "the channel to go on");
    }

    [Fact]
    public async Task Whoever_is_put_out_hears_that_and_nothing_more_until_they_are_let_back()
    {
        var id = await room.MeetingAsync(("audience", "all"));
        var (student, other) = (room.School.Student, room.School.OtherStudent);
        var (byEvents, byHub, stays) = (new ModelClient(), new ModelClient(), new ModelClient());
        await using var events = await EventStream.OpenAsync(As(student, room.North), id, byEvents.Hear);
        await using var hub = await HubClient.OpenAsync(room.South.Rest, student, byHub.Hear);
        await hub.CallAsync("Join", id, 0);
        await using var remaining = await EventStream.OpenAsync(As(other, room.South), id, stays.Hear);

        await room.GiveAsync(id, For("kick", student), replica: room.South);
        await room.GiveAsync(id, Announce("without you"), replica: room.South);

        await events.EndsAsync("removed-from-meeting");
        await Eventually.Holds(() => Task.FromResult(hub.Ended == "removed-from-meeting"), "the hub to end");
        await stays.UntilAsync(2);
        Assert.Equal(("1", "1"), (string.Join(',', byEvents.Acted), string.Join(',', byHub.Acted)));

        await CreateMeetingTests.RefusedAsync(await PollAsync(id, student, room.North, "?after=1&wait=25"), HttpStatusCode.Forbidden, "removed-from-meeting");
        using (var client = As(student, room.North))
            await CreateMeetingTests.RefusedAsync(await client.GetAsync(new Uri($"/api/v1/meetings/{id}/stream?after=1", UriKind.Relative), Ct), HttpStatusCode.Forbidden, "removed-from-meeting");
        await CreateMeetingTests.RefusedAsync(await AcknowledgeAsync(id, 2, student, room.North), HttpStatusCode.NotFound, "command-not-found");
        Assert.Contains("removed-from-meeting", (string)(await hub.CallAsync("Join", id, 1))["error"]!, StringComparison.Ordinal);

        await room.GiveAsync(id, For("readmit", student));
        await using var back = await EventStream.OpenAsync(As(student, room.South), id, byEvents.Hear, "1");
        await byEvents.UntilAsync(1, 2, 3);
    }

    [Fact]
    public async Task Whoever_leaves_the_class_hears_nothing_more()
    {
        var student = room.School.Person(Contracts.Directory.Roles.Student);
        var classId = room.School.Class(room.School.Teacher, student);
        var id = await room.MeetingAsync(("classId", classId.ToString()));
        var client = new ModelClient();
        await using var events = await EventStream.OpenAsync(As(student, room.North), id, client.Hear);
        await using var hub = await HubClient.OpenAsync(room.South.Rest, student, client.Hear);
        await hub.CallAsync("Join", id, 0);
        await room.GiveAsync(id, Announce("one"));
        await client.UntilAsync(1);

        await room.Service.OwnerQueryAsync<int>("delete from class_member where person_id = @PersonId", student);
        await room.GiveAsync(id, Announce("two"), replica: room.South);

        await events.EndsAsync("meeting-not-found");
        await Eventually.Holds(() => Task.FromResult(hub.Ended == "meeting-not-found"), "the hub to end");
        Assert.Equal([1], client.Acted);
    }

    [Fact]
    public async Task An_idle_stream_ends_too_when_access_does()
    {
        var student = room.School.Person(Contracts.Directory.Roles.Student);
        var id = await room.MeetingAsync(("classId", room.School.Class(room.School.Teacher, student).ToString()));
        await using var events = await EventStream.OpenAsync(As(student, room.North), id);

        await room.Service.OwnerQueryAsync<int>("delete from class_member where person_id = @PersonId", student);

        await events.EndsAsync("meeting-not-found");
    }

    [Fact]
    public async Task A_token_that_runs_out_ends_stream_and_hub()
    {
        var id = await room.MeetingAsync();
        // As a server whose clock is behind the issuer's takes it: run out, and within the leeway.
        var lifetime = TimeSpan.FromSeconds(3);
        var client = new ModelClient();
        await using var events = await EventStream.OpenAsync(As(room.School.Student, room.North, lifetime), id, client.Hear);
        await using var hub = await HubClient.OpenAsync(room.South.Rest, room.School.Student, client.Hear, lifetime);
        await hub.CallAsync("Join", id, 0);
        Assert.Null(events.Ended);

        await events.EndsAsync("token-expired");
        await Eventually.Holds(() => Task.FromResult(hub.IsClosed), "the hub's connection to be cut");
        Assert.Equal("token-expired", hub.Ended);
        await room.GiveAsync(id, Announce("too late"));
        Assert.Empty(client.Acted);
    }

    [Fact]
    public async Task A_meeting_that_is_left_is_heard_no_more_and_joined_again_from_where_it_was_left()
    {
        var id = await room.MeetingAsync();
        var client = new ModelClient();
        await using var hub = await HubClient.OpenAsync(room.North.Rest, room.School.Student, client.Hear);
        await hub.CallAsync("Join", id, 0);
        await hub.CallAsync("Join", id, 0);
        await room.GiveAsync(id, Announce("one"));
        await client.UntilAsync(1);
        await hub.CallAsync("Leave", id);
        await room.GiveAsync(id, Announce("two"));
        Assert.Equal(1, client.Heard);

        await hub.CallAsync("Join", id, 1);
        await client.UntilAsync(1, 2);
        foreach (var (meeting, after) in ((JsonNode, JsonNode)[])[("no-such-room", 0), (id, -1)])
            Assert.NotNull((await hub.CallAsync("Join", meeting, after))["error"]);
    }

    private IReadOnlyList<(string Topic, JsonObject Command, IReadOnlyList<string> Identities)> DataOf(string id) =>
        [.. room.Data.Sent.Where(sent => Text(sent.Command, "meetingId") == id)];
}

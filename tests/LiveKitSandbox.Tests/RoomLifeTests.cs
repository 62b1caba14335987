using System.Text.Json.Nodes;
using Meetings.Testing;
using Xunit;
using static Meetings.LiveKitSandbox.Tests.SandboxServer;

namespace Meetings.LiveKitSandbox.Tests;

/// <summary>How rooms and participants come and go, and what is told of it.</summary>
public sealed class RoomLifeTests
{
    [Fact]
    public async Task Events_have_the_fields_of_the_server_and_nothing_that_is_default()
    {
        await using var sandbox = await StartAsync();
        await sandbox.CallAsync("CreateRoom", new { name = Lesson });
        var token = sandbox.Participant("ana", name: "Анна Ёлкина 🦩", metadata: """{"role":"student"}""");
        await sandbox.ControlAsync("join", new { token });
        await sandbox.ControlAsync($"rooms/{Lesson}/leave", new { participant = "ana" });
        await sandbox.IdleAsync();

        var now = $"{sandbox.Clock.GetUtcNow().ToUnixTimeSeconds()}";
        var (started, joined, left) = (sandbox.Receiver.All[0].Json, sandbox.Receiver.All[1].Json, sandbox.Receiver.All[2].Json);
        Assert.Equal(["event", "room", "id", "createdAt"], Names(started));
        Assert.Equal(["sid", "name", "emptyTimeout", "departureTimeout", "creationTime", "creationTimeMs", "turnPassword", "enabledCodecs"], Names(started["room"]!));
        Assert.Matches("^EV_[2-9A-HJ-NP-Za-km-z]{12}$", started["id"]!.GetValue<string>());
        Assert.Equal(now, started["createdAt"]!.GetValue<string>());

        Assert.Equal(["event", "room", "participant", "id", "createdAt"], Names(joined));
        Assert.Equal(1, joined["room"]!["numParticipants"]!.GetValue<int>());
        Assert.Equal(["sid", "identity", "state", "metadata", "joinedAt", "joinedAtMs", "name", "version", "permission"], Names(joined["participant"]!));
        Assert.Matches("^PA_[2-9A-HJ-NP-Za-km-z]{12}$", joined["participant"]!["sid"]!.GetValue<string>());
        Assert.Equal(("ACTIVE", now), (joined["participant"]!["state"]!.GetValue<string>(), joined["participant"]!["joinedAt"]!.GetValue<string>()));
        Assert.Equal("""{"canSubscribe":true,"canPublish":true,"canPublishData":true}""", joined["participant"]!["permission"]!.ToJsonString());
        Assert.Equal("Анна Ёлкина 🦩", joined["participant"]!["name"]!.GetValue<string>());

        Assert.Equal(
            ("DISCONNECTED", "CLIENT_INITIATED"),
            (left["participant"]!["state"]!.GetValue<string>(), left["participant"]!["disconnectReason"]!.GetValue<string>()));
        Assert.Equal(joined["participant"]!["sid"]!.GetValue<string>(), left["participant"]!["sid"]!.GetValue<string>());
        Assert.False(left["room"]!.AsObject().ContainsKey("numParticipants"));
    }

    [Fact]
    public async Task Letters_of_every_script_go_out_as_they_are_and_a_comma_is_followed_by_a_space()
    {
        await using var sandbox = await StartAsync();
        await sandbox.ControlAsync("join", new { token = sandbox.Participant("ana", name: "أحمد \"🦩\" <b>\u0001\n") });
        await sandbox.IdleAsync();

        var body = System.Text.Encoding.UTF8.GetString(Assert.Single(sandbox.Receiver.Of("participant_joined")).Body);
        Assert.Contains("""
            "name":"أحمد \"🦩\" <b>\u0001\n", "version":
            """, body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Everybody_leaves_before_the_room_ends()
    {
        await using var sandbox = await StartAsync();
        for (var n = 0; n < 3; n++) await sandbox.JoinAsync($"student-{n}");
        await sandbox.ControlAsync($"rooms/{Lesson}/end");
        await sandbox.IdleAsync();

        Assert.Equal(
            ["room_started", "participant_joined", "participant_joined", "participant_joined", "participant_left", "participant_left", "participant_left", "room_finished"],
            sandbox.Receiver.All.Select(r => r.Event));
        Assert.All(sandbox.Receiver.Of("participant_left"), left => Assert.Equal("ROOM_CLOSED", left.Json["participant"]!["disconnectReason"]!.GetValue<string>()));
        Assert.Single(sandbox.Receiver.All.Select(r => r.Json["room"]!["sid"]!.GetValue<string>()).Distinct());
    }

    [Fact]
    public async Task The_same_identity_from_elsewhere_takes_the_place_of_the_older_connection()
    {
        await using var sandbox = await StartAsync(("MaxParticipants", "1"));
        var older = (await sandbox.JoinAsync("ana"))["participantSid"]!.GetValue<string>();
        var newer = (await sandbox.JoinAsync("ana"))["participantSid"]!.GetValue<string>();
        await sandbox.IdleAsync();

        Assert.NotEqual(older, newer);
        Assert.Equal(["participant_joined", "participant_left", "participant_joined"], sandbox.Receiver.All.Skip(1).Select(r => r.Event));
        var left = sandbox.Receiver.Of("participant_left").Single().Json["participant"]!;
        Assert.Equal((older, "DUPLICATE_IDENTITY"), (left["sid"]!.GetValue<string>(), left["disconnectReason"]!.GetValue<string>()));
        Assert.Equal(409, await sandbox.RefusedControlAsync("join", new { token = sandbox.Participant("ben") }));
        await sandbox.ControlAsync("join", new { token = TestToken.Of(sandbox.Clock, "bot", new { roomJoin = true, room = Lesson }, change: c => c["kind"] = "agent") });
    }

    [Fact]
    public async Task Who_never_connects_is_told_as_aborted_and_never_as_joined()
    {
        await using var sandbox = await StartAsync();
        await sandbox.ControlAsync("join", new { token = sandbox.Participant("ana"), connects = false });
        await sandbox.ControlAsync("join", new { token = sandbox.Participant("ben"), connects = false });
        await sandbox.ControlAsync($"rooms/{Lesson}/connect", new { participant = "ben" });
        await sandbox.ControlAsync($"rooms/{Lesson}/leave", new { participant = "ana", reason = "join_failure" });
        await sandbox.IdleAsync();

        Assert.Equal(["room_started", "participant_joined", "participant_connection_aborted"], sandbox.Receiver.All.Select(r => r.Event));
        Assert.Equal(["ben", "ana"], sandbox.Receiver.All.Skip(1).Select(r => r.Identity));
    }

    [Fact]
    public async Task Of_tracks_no_more_is_told_than_whose_they_are()
    {
        await using var sandbox = await StartAsync();
        await sandbox.JoinAsync("ana");
        await sandbox.ControlAsync($"rooms/{Lesson}/publish", new { participant = "ana", source = "camera" });
        await sandbox.ControlAsync($"rooms/{Lesson}/leave", new { participant = "ana" });
        await sandbox.IdleAsync();

        Assert.Equal(["track_published", "track_unpublished", "participant_left"], sandbox.Receiver.All.Skip(2).Select(r => r.Event));
        var published = Assert.Single(sandbox.Receiver.Of("track_published")).Json;
        Assert.Equal(["sid", "name"], Names(published["room"]!));
        Assert.Equal(["sid", "identity"], Names(published["participant"]!));
        Assert.Equal(("VIDEO", "CAMERA"), (published["track"]!["type"]!.GetValue<string>(), published["track"]!["source"]!.GetValue<string>()));
    }

    [Fact]
    [Trait("Acceptance", "S3-07")]
    public async Task A_room_that_nobody_comes_to_closes_after_five_minutes()
    {
        await using var sandbox = await StartAsync();
        await sandbox.CallAsync("CreateRoom", new { name = Lesson });
        await sandbox.CallAsync("CreateRoom", new { name = "hasty", empty_timeout = 299 });
        await sandbox.CallAsync("CreateRoom", new { name = "patient", empty_timeout = 3600 });
        sandbox.Clock.Advance(TimeSpan.FromSeconds(299));
        await FinishedAsync(sandbox, "hasty");
        Assert.Equal([Lesson, "patient"], (await sandbox.SeenAsync("rooms")).Select(room => room!["name"]!.GetValue<string>()));

        sandbox.Clock.Advance(TimeSpan.FromSeconds(1));
        await FinishedAsync(sandbox, Lesson);
        Assert.Equal("patient", Assert.Single(await sandbox.SeenAsync("rooms"))!["name"]!.GetValue<string>());
    }

    [Fact]
    public async Task A_room_closes_twenty_seconds_after_the_last_participant_left()
    {
        await using var sandbox = await StartAsync();
        await sandbox.JoinAsync("ana");
        await sandbox.JoinAsync("ben");
        await sandbox.ControlAsync("join", new { token = TestToken.Of(sandbox.Clock, "recorder", new { roomJoin = true, room = Lesson }, change: c => c["kind"] = "egress") });
        sandbox.Clock.Advance(TimeSpan.FromHours(1));
        await sandbox.ControlAsync($"rooms/{Lesson}/leave", new { participant = "ana" });
        sandbox.Clock.Advance(TimeSpan.FromHours(1));
        await sandbox.ControlAsync($"rooms/{Lesson}/leave", new { participant = "ben" });
        await sandbox.CallAsync("CreateRoom", new { name = "hasty", empty_timeout = 19 });
        sandbox.Clock.Advance(TimeSpan.FromSeconds(19));
        await FinishedAsync(sandbox, "hasty");
        Assert.Equal(Lesson, Assert.Single(await sandbox.SeenAsync("rooms"))!["name"]!.GetValue<string>());

        // A recorder keeps no room open.
        sandbox.Clock.Advance(TimeSpan.FromSeconds(1));
        await FinishedAsync(sandbox, Lesson);
        Assert.Equal("recorder", sandbox.Receiver.Of("participant_left").Last().Identity);
    }

    [Fact]
    public async Task A_room_that_the_server_lost_is_gone_and_nobody_was_told()
    {
        await using var sandbox = await StartAsync();
        var first = (await sandbox.JoinAsync("ana"))["roomSid"]!.GetValue<string>();
        await sandbox.IdleAsync();
        await sandbox.ControlAsync($"rooms/{Lesson}/forget");

        await sandbox.CallAsync("DeleteRoom", new { room = Lesson }, 404);
        var again = await sandbox.CallAsync("CreateRoom", new { name = Lesson });
        await sandbox.IdleAsync();
        Assert.NotEqual(first, again["sid"]!.GetValue<string>());
        Assert.Equal(["room_started", "participant_joined", "room_started"], sandbox.Receiver.All.Select(r => r.Event));
    }

    [Fact]
    public async Task A_crash_forgets_everything_and_a_shutdown_tells_everything()
    {
        await using var sandbox = await StartAsync();
        await sandbox.JoinAsync("ana");
        await sandbox.IdleAsync();
        sandbox.Receiver.Pause();
        await sandbox.JoinAsync("ben");
        await sandbox.JoinAsync("cara");
        await sandbox.ControlAsync("crash");
        await sandbox.JoinAsync("dan");

        // What hung with the server that died holds up nothing of the one that came after it.
        await Eventually.Holds(() => Task.FromResult(sandbox.Receiver.Of("room_started").Count() == 2), "the new room's first event");
        sandbox.Receiver.Resume();
        await sandbox.ControlAsync("shutdown");
        await sandbox.IdleAsync();

        Assert.DoesNotContain("cara", sandbox.Receiver.All.Select(r => r.Identity));
        Assert.Equal(["dan"], sandbox.Receiver.Of("participant_left").Select(r => r.Identity));
        Assert.Equal("SERVER_SHUTDOWN", sandbox.Receiver.Of("participant_left").Single().Json["participant"]!["disconnectReason"]!.GetValue<string>());
        Assert.Single(sandbox.Receiver.Of("room_finished"));
    }

    [Fact]
    public async Task A_class_can_be_held_in_compressed_time()
    {
        await using var sandbox = await StartAsync();
        var begin = new DateTimeOffset(2026, 11, 20, 3, 0, 0, 123, TimeSpan.Zero);
        await sandbox.ControlAsync("join", new { token = sandbox.Participant("ana"), at = begin });
        await sandbox.ControlAsync($"rooms/{Lesson}/leave", new { participant = "ana", at = begin.AddMinutes(50) });
        await sandbox.ControlAsync($"rooms/{Lesson}/end", new { at = begin.AddMinutes(51) });
        await sandbox.IdleAsync();

        Assert.Equal(
            new[] { 0, 0, 50, 51 }.Select(minutes => $"{begin.AddMinutes(minutes).ToUnixTimeSeconds()}"),
            sandbox.Receiver.All.Select(r => r.Json["createdAt"]!.GetValue<string>()));
        Assert.Equal($"{begin.ToUnixTimeMilliseconds()}", sandbox.Receiver.All[1].Json["participant"]!["joinedAtMs"]!.GetValue<string>());
        Assert.Equal($"{begin.ToUnixTimeMilliseconds()}", sandbox.Receiver.All[3].Json["room"]!["creationTimeMs"]!.GetValue<string>());
    }

    private static Task FinishedAsync(SandboxServer sandbox, string room) => Eventually.Holds(
        () => Task.FromResult(sandbox.Receiver.Of("room_finished").Any(r => r.Room == room)), $"the end of {room}");

    private static IEnumerable<string> Names(JsonNode json) => json.AsObject().Select(field => field.Key);
}

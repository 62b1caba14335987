using System.Text;
using System.Text.Json.Nodes;
using Google.Protobuf;
using Meetings.Contracts.LiveKit;
using Xunit;
using static Meetings.LiveKitSandbox.Tests.SandboxServer;

namespace Meetings.LiveKitSandbox.Tests;

/// <summary>What the methods answer, in the shapes of the real server.</summary>
public sealed class RoomServiceTests
{
    [Fact]
    public async Task An_answer_has_every_field_in_the_spelling_of_the_proto_file()
    {
        await using var sandbox = await StartAsync();
        var room = await sandbox.CallAsync("CreateRoom", new { name = Lesson, emptyTimeout = 60, metadata = "{\"lesson\":\"عربي\"}" });

        Assert.Equal(
            ["sid", "name", "empty_timeout", "departure_timeout", "max_participants", "creation_time", "creation_time_ms", "turn_password", "enabled_codecs",
                "metadata", "num_participants", "num_publishers", "active_recording", "version"],
            room.AsObject().Select(field => field.Key));
        Assert.Matches("^RM_[2-9A-HJ-NP-Za-km-z]{12}$", room["sid"]!.GetValue<string>());
        Assert.Equal(60, room["empty_timeout"]!.GetValue<int>());
        Assert.Equal(20, room["departure_timeout"]!.GetValue<int>());
        Assert.Equal("{\"lesson\":\"عربي\"}", room["metadata"]!.GetValue<string>());
        Assert.Equal($"{sandbox.Clock.GetUtcNow().ToUnixTimeSeconds()}", room["creation_time"]!.GetValue<string>());
        Assert.Equal(0, room["num_participants"]!.GetValue<int>());
        Assert.Null(room["version"]);
    }

    [Fact]
    [Trait("Acceptance", "S3-02")]
    public async Task Asking_twice_for_a_room_answers_the_one_that_is_open()
    {
        await using var sandbox = await StartAsync();
        var created = await Task.WhenAll(Enumerable.Range(1, 4).Select(n => sandbox.CallAsync("CreateRoom", new { name = Lesson, max_participants = n })));
        await sandbox.IdleAsync();

        Assert.Single(created.Select(room => room["sid"]!.GetValue<string>()).Distinct());
        Assert.Equal([1, 2, 3, 4], created.Select(room => room["max_participants"]!.GetValue<int>()));
        Assert.Single(sandbox.Receiver.Of("room_started"));
    }

    [Fact]
    public async Task An_open_room_becomes_what_is_asked_for_and_stays_what_it_is_where_nothing_is_said()
    {
        await using var sandbox = await StartAsync();
        await sandbox.CallAsync("CreateRoom", new { name = Lesson, empty_timeout = 60, departure_timeout = 30, max_participants = 3, metadata = "old" });

        await sandbox.CallAsync("CreateRoom", new { name = Lesson, max_participants = 7 });
        var changed = await sandbox.CallAsync("CreateRoom", new { name = Lesson, metadata = "new" });

        Assert.Equal(
            (60, 30, 7, "new"),
            (changed["empty_timeout"]!.GetValue<int>(), changed["departure_timeout"]!.GetValue<int>(), changed["max_participants"]!.GetValue<int>(), changed["metadata"]!.GetValue<string>()));
    }

    [Fact]
    public async Task A_call_in_protobuf_is_answered_in_protobuf()
    {
        await using var sandbox = await StartAsync();
        var body = new ByteArrayContent(new CreateRoomRequest { Name = Lesson, MaxParticipants = 30 }.ToByteArray());
        body.Headers.ContentType = new("application/protobuf");
        var answer = await sandbox.SendAsync("CreateRoom", body, sandbox.Admin());

        Assert.Equal("application/protobuf", answer.Content.Headers.ContentType!.ToString());
        var room = Room.Parser.ParseFrom(await BytesAsync(answer));
        Assert.Equal((Lesson, 30u, 300u), (room.Name, room.MaxParticipants, room.EmptyTimeout));
    }

    [Theory]
    [InlineData("""{"name":"a","empty_timeout":7}""", 7)]
    [InlineData("""{"name":"a","emptyTimeout":7}""", 7)]
    [InlineData("""{"name":"a","emptyTimeout":"7"}""", 7)]
    [InlineData("""{"name":"a","emptyTimeout":null,"nobody":{"knows":[this]}}""", null)]
    [InlineData("""{"name":"a","emptyTimeout":null,"nobody":{"knows":["this"]}}""", 300)]
    [InlineData("""{"name":["a"]}""", null)]
    [InlineData("""{"name":"a","emptyTimeout":-1}""", null)]
    [InlineData("[]", null)]
    [InlineData("", null)]
    public async Task Requests_are_read_by_the_rules_of_protobuf_s_JSON(string body, int? emptyTimeout)
    {
        await using var sandbox = await StartAsync();
        var answer = await sandbox.SendAsync("CreateRoom", body, sandbox.Admin());
        var json = await JsonAsync(answer);

        if (emptyTimeout is { } seconds) Assert.Equal(seconds, json["empty_timeout"]!.GetValue<int>());
        else Assert.Equal((400, "malformed"), ((int)answer.StatusCode, json["code"]!.GetValue<string>()));
    }

    [Fact]
    public async Task Rooms_are_listed_all_or_by_name()
    {
        await using var sandbox = await StartAsync();
        foreach (var name in (string[])["a", "b", "c"]) await sandbox.CallAsync("CreateRoom", new { name });

        Assert.Equal(["a", "b", "c"], Names(await sandbox.CallAsync("ListRooms", new { })));
        Assert.Equal(["b"], Names(await sandbox.CallAsync("ListRooms", new { names = (string[])["b", "nowhere"] })));

        static IEnumerable<string> Names(JsonNode list) => list["rooms"]!.AsArray().Select(room => room!["name"]!.GetValue<string>());
    }

    [Fact]
    [Trait("Acceptance", "S3-16")]
    public async Task A_deleted_room_is_gone_with_everybody_in_it_and_deleting_it_again_is_not_found()
    {
        await using var sandbox = await StartAsync();
        await sandbox.JoinAsync("teacher");
        Assert.Equal("{}", (await sandbox.CallAsync("DeleteRoom", new { room = Lesson })).ToJsonString());
        await sandbox.IdleAsync();

        Assert.Equal(["room_started", "participant_joined", "participant_left", "room_finished"], sandbox.Receiver.All.Select(r => r.Event));
        Assert.Equal("ROOM_DELETED", Assert.Single(sandbox.Receiver.Of("participant_left")).Json["participant"]!["disconnectReason"]!.GetValue<string>());
        var again = await sandbox.CallAsync("DeleteRoom", new { room = Lesson }, 404);
        Assert.Equal("not_found", again["code"]!.GetValue<string>());
        Assert.EndsWith("requested room does not exist", again["msg"]!.GetValue<string>(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Participants_are_listed_found_changed_and_removed()
    {
        await using var sandbox = await StartAsync();
        await sandbox.JoinAsync("teacher");
        var sid = (await sandbox.JoinAsync("student"))["participantSid"]!.GetValue<string>();

        var listed = (await sandbox.CallAsync("ListParticipants", new { room = Lesson }))["participants"]!.AsArray();
        Assert.Equal(["teacher", "student"], listed.Select(p => p!["identity"]!.GetValue<string>()));
        Assert.Equal(2, (await sandbox.CallAsync("ListRooms", new { }))["rooms"]![0]!["num_participants"]!.GetValue<int>());

        var changed = await sandbox.CallAsync("UpdateParticipant", new
        {
            room = Lesson,
            identity = "student",
            name = "Ana",
            attributes = new { hand = "raised", seat = "4" },
            permission = new { canSubscribe = true, canPublish = false },
        });
        Assert.Equal("Ana", changed["name"]!.GetValue<string>());
        Assert.False(changed["permission"]!["can_publish"]!.GetValue<bool>());
        changed = await sandbox.CallAsync("UpdateParticipant", new { room = Lesson, identity = "student", attributes = new { hand = "" } });
        Assert.Equal("""{"seat":"4"}""", changed["attributes"]!.ToJsonString());
        Assert.Equal("Ana", changed["name"]!.GetValue<string>());
        Assert.Equal(
            (sid, "ACTIVE"),
            ((await sandbox.CallAsync("GetParticipant", new { room = Lesson, identity = "student" }))["sid"]!.GetValue<string>(), changed["state"]!.GetValue<string>()));

        await sandbox.CallAsync("RemoveParticipant", new { room = Lesson, identity = "student", revokeTokenTs = "1760000000" });
        await sandbox.CallAsync("GetParticipant", new { room = Lesson, identity = "student" }, 404);
        await sandbox.CallAsync("RemoveParticipant", new { room = Lesson, identity = "student" }, 404);
        await sandbox.IdleAsync();
        var left = Assert.Single(sandbox.Receiver.Of("participant_left")).Json["participant"]!;
        Assert.Equal((sid, "PARTICIPANT_REMOVED"), (left["sid"]!.GetValue<string>(), left["disconnectReason"]!.GetValue<string>()));
    }

    [Fact]
    public async Task A_track_is_muted_and_not_unmuted()
    {
        await using var sandbox = await StartAsync();
        await sandbox.JoinAsync("student");
        var track = (await sandbox.ControlAsync($"rooms/{Lesson}/publish", new { participant = "student", source = "microphone" }))["trackSid"]!.GetValue<string>();

        var muted = await sandbox.CallAsync("MutePublishedTrack", new { room = Lesson, identity = "student", track_sid = track, muted = true });
        Assert.True(muted["track"]!["muted"]!.GetValue<bool>());
        var unmuted = await sandbox.CallAsync("MutePublishedTrack", new { room = Lesson, identity = "student", track_sid = track, muted = false }, 412);
        Assert.Equal("failed_precondition", unmuted["code"]!.GetValue<string>());
        Assert.Null((await sandbox.CallAsync("MutePublishedTrack", new { room = Lesson, identity = "student", track_sid = "TR_none", muted = true }))["track"]);
    }

    [Fact]
    public async Task Taking_the_right_to_publish_ends_the_tracks_and_a_subscription_is_taken_and_given_back()
    {
        await using var sandbox = await StartAsync();
        await sandbox.JoinAsync("student");
        var track = (await sandbox.ControlAsync($"rooms/{Lesson}/publish", new { participant = "student", source = "camera" }))["trackSid"]!.GetValue<string>();

        await sandbox.CallAsync("UpdateSubscriptions", new { room = Lesson, identity = "student", trackSids = (string[])[track] });
        Assert.Equal([track], (await sandbox.SeenAsync("rooms"))[0]!["participants"]![0]!["unsubscribed"]!.AsArray().Select(t => t!.GetValue<string>()));
        await sandbox.CallAsync("UpdateSubscriptions", new { room = Lesson, identity = "student", trackSids = (string[])[track], subscribe = true });
        Assert.Empty((await sandbox.SeenAsync("rooms"))[0]!["participants"]![0]!["unsubscribed"]!.AsArray());

        await sandbox.CallAsync("UpdateParticipant", new { room = Lesson, identity = "student", permission = new { canSubscribe = true } });
        await sandbox.IdleAsync();
        Assert.Equal(track, Assert.Single(sandbox.Receiver.Of("track_unpublished")).Json["track"]!["sid"]!.GetValue<string>());
        Assert.Equal(409, await sandbox.RefusedControlAsync($"rooms/{Lesson}/publish", new { participant = "student", source = "camera" }));
    }

    [Fact]
    [Trait("Acceptance", "S3-27")]
    public async Task Data_reaches_those_who_are_named_and_is_kept_for_who_asks()
    {
        await using var sandbox = await StartAsync();
        foreach (var identity in (string[])["teacher", "ana", "ben"]) await sandbox.JoinAsync(identity);
        await SendAsync("everybody", "teacher_controls");
        await SendAsync("يد", "hand_raising", "ana");
        await SendAsync("nobody", null, "absent");

        Assert.Equal(["everybody", "يد", "nobody"], Texts(await sandbox.SeenAsync($"data?room={Lesson}")));
        Assert.Equal(["everybody", "يد"], Texts(await sandbox.SeenAsync("data?destination=ana")));
        Assert.Equal(["everybody"], Texts(await sandbox.SeenAsync("data?destination=ben")));
        var raised = Assert.Single(await sandbox.SeenAsync("data?topic=hand_raising"))!;
        Assert.Equal(("reliable", "ana"), (raised["kind"]!.GetValue<string>(), raised["to"]![0]!.GetValue<string>()));

        static IEnumerable<string> Texts(JsonArray data) => data.Select(d => d!["text"]!.GetValue<string>());
        Task<JsonNode> SendAsync(string text, string? topic, params string[] to) => sandbox.CallAsync(
            "SendData", new { room = Lesson, data = Convert.ToBase64String(Encoding.UTF8.GetBytes(text)), kind = "RELIABLE", topic, destination_identities = to });
    }

    [Fact]
    public async Task Data_with_a_nonce_that_was_seen_is_not_sent_again()
    {
        await using var sandbox = await StartAsync();
        await sandbox.JoinAsync("ana");
        var nonce = Convert.ToBase64String(Guid.NewGuid().ToByteArray());
        for (var n = 0; n < 2; n++) await sandbox.CallAsync("SendData", new { room = Lesson, data = "aGk=", nonce });

        Assert.Single(await sandbox.SeenAsync("data"));
        var wrong = await sandbox.CallAsync("SendData", new { room = Lesson, data = "aGk=", nonce = "aGk=" }, 400);
        Assert.Equal("nonce should be 16-bytes or not present, got: 2 bytes", wrong["msg"]!.GetValue<string>());
    }

    [Fact]
    public async Task The_metadata_of_a_room_is_replaced()
    {
        await using var sandbox = await StartAsync();
        await sandbox.CallAsync("CreateRoom", new { name = Lesson, metadata = "old" });

        Assert.Equal("new", (await sandbox.CallAsync("UpdateRoomMetadata", new { room = Lesson, metadata = "new" }))["metadata"]!.GetValue<string>());
        Assert.Equal("", (await sandbox.CallAsync("UpdateRoomMetadata", new { room = Lesson }))["metadata"]!.GetValue<string>());
    }
}

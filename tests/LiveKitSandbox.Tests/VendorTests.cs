using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Xunit;
using static Meetings.LiveKitSandbox.Tests.SandboxServer;

namespace Meetings.LiveKitSandbox.Tests;

/// <summary>The vendor's own <c>livekit-server-sdk</c> finds nothing here that it would not find at LiveKit.</summary>
public sealed class VendorTests
{
    [Fact]
    public async Task The_vendor_s_client_can_do_with_rooms_all_that_it_can()
    {
        await using var sandbox = await StartAsync();
        var seen = await Vendor.RunAsync("rooms.mjs", [sandbox.Http.BaseAddress!.ToString().TrimEnd('/'), Key, Secret]);

        var created = seen["created"]!;
        Assert.Equal(("lesson", 600, 40), (created["name"]!.GetValue<string>(), created["emptyTimeout"]!.GetValue<int>(), created["maxParticipants"]!.GetValue<int>()));
        Assert.Equal("""{"lesson":"الجبر"}""", created["metadata"]!.GetValue<string>());
        Assert.InRange(created["agesSeconds"]!.GetValue<double>(), -1, 120);
        Assert.Equal(10, created["codecs"]!.GetValue<int>());
        // What is said again holds, and what is left out stays (PROTOCOLS E).
        var again = seen["createdAgain"]!;
        Assert.Equal(
            (created["sid"]!.GetValue<string>(), 900, 40), (again["sid"]!.GetValue<string>(), again["emptyTimeout"]!.GetValue<int>(), again["maxParticipants"]!.GetValue<int>()));
        Assert.Equal("""["lesson","another"]""", Text(seen["listed"]));
        Assert.Equal("""["lesson"]""", Text(seen["listedByName"]));

        Assert.Equal(
            """{"identity":"teacher","name":"أحمد محمد 🦩","metadata":"{\"role\":\"teacher\"}","attributes":{"classId":"7b"},"state":2,"canPublish":true,"sources":[],"joined":true}""",
            Text(seen["participants"]![0]));
        Assert.Equal(
            """{"identity":"student","name":"","metadata":"","attributes":{},"state":2,"canPublish":false,"sources":[2],"joined":true}""", Text(seen["participants"]![1]));
        Assert.True(seen["found"]!.GetValue<bool>());
        Assert.True(seen["updated"]!.GetValue<bool>());
        Assert.Equal("changed", seen["roomMetadata"]!.GetValue<string>());
        Assert.Null(seen["muteOfNothing"]);
        Assert.Equal("""["teacher"]""", Text(seen["afterRemoval"]));
        Assert.Equal("""["another"]""", Text(seen["left"]));

        var data = Assert.Single(await sandbox.SeenAsync("data?topic=teacher_controls&destination=student"))!;
        Assert.Equal(("""{"command":"mute"}""", "reliable"), (data["text"]!.GetValue<string>(), data["kind"]!.GetValue<string>()));
    }

    [Fact]
    public async Task The_vendor_s_client_understands_every_refusal()
    {
        await using var sandbox = await StartAsync();
        var seen = await Vendor.RunAsync("rooms.mjs", [sandbox.Http.BaseAddress!.ToString(), Key, Secret]);

        Assert.Equal("""{"status":412,"code":"failed_precondition"}""", Text(seen["unmute"]));
        Assert.All(["removedAgain", "unknownParticipant", "deletedAgain"], what => Assert.Equal("""{"status":404,"code":"not_found"}""", Text(seen[what])));
        Assert.Equal("""{"status":503,"code":"unavailable"}""", Text(seen["dataToNowhere"]));

        // A bad token is refused in plain text, which has no code.
        Assert.Equal("""{"status":401}""", Text(seen["otherSecret"]));
    }

    [Fact]
    public async Task The_vendor_s_receiver_accepts_what_is_sent_and_nothing_that_was_changed()
    {
        await using var sandbox = await StartAsync();
        await sandbox.ControlAsync("join", new { token = sandbox.Participant("ana", name: "Анна Ёлкина 🦩") });
        var track = (await sandbox.ControlAsync($"rooms/{Lesson}/publish", new { participant = "ana", source = "microphone" }))["trackSid"]!.GetValue<string>();
        await sandbox.ControlAsync($"rooms/{Lesson}/unpublish", new { participant = "ana", trackSid = track });
        await sandbox.ControlAsync($"rooms/{Lesson}/leave", new { participant = "ana" });
        await sandbox.ControlAsync("join", new { token = sandbox.Participant("ben"), connects = false });
        await sandbox.ControlAsync($"rooms/{Lesson}/end");
        await sandbox.ControlAsync("join", new { token = sandbox.Participant("eve"), delivery = new { badSignature = true } });
        await sandbox.IdleAsync();

        var told = sandbox.Receiver.All.Where(r => r.Claims is not null).ToList();
        var changed = told.Select(r => (Body: Encoding.UTF8.GetString(r.Body).Replace("itqan", "ITQAN", StringComparison.Ordinal), r.Authorization));
        var forged = sandbox.Receiver.All.Where(r => r.Claims is null).Select(r => (Body: Encoding.UTF8.GetString(r.Body), r.Authorization)).ToList();
        var all = told.Select(r => (Body: Encoding.UTF8.GetString(r.Body), r.Authorization)).Concat(changed).Concat(forged);
        var outcomes = (await Vendor.RunAsync(
            "receive.mjs", [Key, Secret], JsonSerializer.Serialize(all.Select(r => new { body = r.Body, authorization = r.Authorization })))).AsArray();

        Assert.Equal(
            ["room_started", "participant_joined", "track_published", "track_unpublished", "participant_left", "participant_connection_aborted", "room_finished",
                "room_started"],
            outcomes.Take(told.Count).Select(o => o!["event"]!.GetValue<string>()));
        Assert.Equal("Анна Ёлкина 🦩", outcomes[1]!["name"]!.GetValue<string>());
        Assert.Equal(track, outcomes[2]!["track"]!.GetValue<string>());
        Assert.Equal(1, outcomes[4]!["reason"]!.GetValue<int>());
        Assert.All(outcomes.Take(told.Count), o => Assert.Equal((Lesson, 300), (o!["room"]!.GetValue<string>(), o["lifetime"]!.GetValue<int>())));
        Assert.All(outcomes.Take(told.Count), o => Assert.InRange(o!["ageSeconds"]!.GetValue<double>(), -1, 120));

        var refused = outcomes.Skip(told.Count).Select(o => o!["refused"]?.GetValue<string>()).ToList();
        Assert.Equal(told.Count + 1, refused.Count);
        Assert.All(refused.Take(told.Count), why => Assert.Equal("sha256 checksum of body does not match", why));
        Assert.All(refused.Skip(told.Count), why => Assert.Equal("signature verification failed", why));
    }

    /// <summary>JSON as the script printed it.</summary>
    private static string Text(JsonNode? json) =>
        json!.ToJsonString(new JsonSerializerOptions { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping })
            .Replace("\\uD83E\\uDDA9", "🦩", StringComparison.Ordinal);
}

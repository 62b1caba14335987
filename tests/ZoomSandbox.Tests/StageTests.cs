using System.Text.Json.Nodes;
using Xunit;

namespace Meetings.ZoomSandbox.Tests;

public sealed class StageTests
{
    [Fact]
    public async Task A_class_is_held_at_the_instants_that_are_given()
    {
        await using var sandbox = await SandboxServer.StartAsync();
        var id = await sandbox.MeetingAsync();
        await sandbox.ControlAsync($"meetings/{id}/start", new { at = "2026-11-19T23:28:00Z" });
        var ana = await sandbox.ControlAsync($"meetings/{id}/join", new { at = "2026-11-20T07:31:00.250+08:00", name = "Ana", email = "ana@example.org" });
        await sandbox.ControlAsync($"meetings/{id}/leave", new { at = "2026-11-20T00:00:00Z", connection = ana["userId"]!.GetValue<string>() });
        await sandbox.ControlAsync($"meetings/{id}/end", new { at = "2026-11-20T00:20:00Z" });
        await sandbox.IdleAsync();

        var joined = Assert.Single(sandbox.Receiver.Of("meeting.participant_joined"));
        var left = Assert.Single(sandbox.Receiver.Of("meeting.participant_left"));
        Assert.Equal("2026-11-19T23:31:00Z", joined.Participant["join_time"]!.GetValue<string>());
        Assert.Equal(1795131060250, joined.Json["event_ts"]!.GetValue<long>());
        Assert.Equal("2026-11-20T00:00:00Z", left.Participant["leave_time"]!.GetValue<string>());
        Assert.Equal(joined.Participant["participant_uuid"]!.GetValue<string>(), left.Participant["participant_uuid"]!.GetValue<string>());
        Assert.Equal((id, 50), (joined.Object["id"]!.GetValue<string>(), joined.Object["duration"]!.GetValue<int>()));
        Assert.Equal("ana@example.org", joined.Participant["email"]!.GetValue<string>());
    }

    [Fact]
    public async Task A_rejoin_has_new_ids_and_a_new_sitting_a_new_uuid()
    {
        await using var sandbox = await SandboxServer.StartAsync();
        var id = await sandbox.MeetingAsync();
        var connections = new List<JsonNode>();
        for (var n = 0; n < 2; n++)
        {
            await sandbox.ControlAsync($"meetings/{id}/start");
            connections.Add(await sandbox.ControlAsync($"meetings/{id}/join", new { userId = SandboxServer.Host }));
            await sandbox.ControlAsync($"meetings/{id}/end");
        }

        Assert.All(["sittingUuid", "participantUuid", "userId"], name => Assert.NotEqual(connections[0][name]!.GetValue<string>(), connections[1][name]!.GetValue<string>()));
        await sandbox.IdleAsync();
        Assert.Single(sandbox.Receiver.Of("meeting.participant_joined").Select(r => r.Participant["participant_user_id"]!.GetValue<string>()).Distinct());
    }

    [Fact]
    public async Task Who_is_still_there_leaves_with_the_end()
    {
        await using var sandbox = await SandboxServer.StartAsync(("Senders", "1"));
        var id = await sandbox.MeetingAsync();
        await sandbox.ControlAsync($"meetings/{id}/start");
        await sandbox.ControlAsync($"meetings/{id}/join", new { name = "Ana" });
        await sandbox.ControlAsync($"meetings/{id}/end", new { leaves = "after" });
        await sandbox.IdleAsync();

        Assert.Equal(["meeting.created", "meeting.started", "meeting.participant_joined", "meeting.ended", "meeting.participant_left"],
            sandbox.Receiver.All.Select(r => r.Event));
        Assert.EndsWith("Host ended the meeting.", sandbox.Receiver.Of("meeting.participant_left").Single().Participant["leave_reason"]!.GetValue<string>(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Waiting_rows_and_breakout_rows_are_in_the_report()
    {
        await using var sandbox = await SandboxServer.StartAsync();
        var id = await sandbox.MeetingAsync();
        await sandbox.ControlAsync($"meetings/{id}/start");
        await sandbox.ControlAsync($"meetings/{id}/join", new { userId = SandboxServer.Host });
        var ana = new { connection = (await sandbox.ControlAsync($"meetings/{id}/waiting-room/enter", new { name = "Ana" }))["userId"]!.GetValue<string>() };
        await sandbox.ControlAsync($"meetings/{id}/waiting-room/admit", ana);
        await sandbox.ControlAsync($"meetings/{id}/breakout/join", ana);
        await sandbox.ControlAsync($"meetings/{id}/end");

        var rows = (JsonArray)(await sandbox.CallAsync(HttpMethod.Get, $"/report/meetings/{id}/participants", null, 200))!["participants"]!;
        Assert.Equal(4, rows.Count);
        Assert.Single(rows, r => r!["status"]!.GetValue<string>() == "in_waiting_room");
        Assert.Single(rows, r => r!["bo_mtg_id"] is not null);
    }

    [Theory]
    [InlineData("join", """{"name":"Ana"}""", 409, "not running yet")]
    [InlineData("leave", """{"connection":"x"}""", 409, "not running yet")]
    [InlineData("end", "{}", 409, "not running yet")]
    public async Task Nothing_happens_in_a_meeting_that_does_not_run(string step, string body, int status, string because)
    {
        await using var sandbox = await SandboxServer.StartAsync();
        var id = await sandbox.MeetingAsync();

        Assert.True(await sandbox.RefusedControlAsync($"meetings/{id}/{step}", JsonNode.Parse(body)!) == status, because);
    }

    [Fact]
    public async Task What_cannot_be_is_refused()
    {
        await using var sandbox = await SandboxServer.StartAsync();
        var id = await sandbox.MeetingAsync("""{"approval_type":0}""");
        await sandbox.CallAsync(HttpMethod.Post, $"/meetings/{id}/registrants", """{"email":"ana@example.org","first_name":"Ana"}""", 201);
        await sandbox.ControlAsync($"meetings/{id}/start", new { at = "2026-11-19T23:30:00Z" });
        await sandbox.ControlAsync($"meetings/{id}/join", new { at = "2026-11-19T23:40:00Z", registrant = "ana@example.org" });

        Assert.Equal(409, await sandbox.RefusedControlAsync($"meetings/{id}/start", new { }));
        Assert.Equal(400, await sandbox.RefusedControlAsync($"meetings/{id}/join", new { at = "2026-11-19T23:00:00Z", name = "Early" }));
        Assert.Equal(400, await sandbox.RefusedControlAsync($"meetings/{id}/end", new { at = "2026-11-19T23:35:00Z" }));
        Assert.Equal(404, await sandbox.RefusedControlAsync($"meetings/{id}/leave", new { connection = "nobody" }));
        Assert.Equal(404, await sandbox.RefusedControlAsync("meetings/1/start", new { }));
        Assert.Equal(409, await sandbox.RefusedControlAsync($"meetings/{id}/join", new { name = "Stranger", registrant = "stranger@example.org" }));
        Assert.Equal(409, await sandbox.RefusedControlAsync($"meetings/{id}/join", new { registrant = "ana@example.org" }));
    }

    [Fact]
    public async Task A_reset_forgets_everything()
    {
        await using var sandbox = await SandboxServer.StartAsync();
        var id = await sandbox.MeetingAsync();
        await sandbox.ControlAsync("reset");

        await sandbox.CallAsync(HttpMethod.Get, $"/meetings/{id}", null, 404);
    }
}

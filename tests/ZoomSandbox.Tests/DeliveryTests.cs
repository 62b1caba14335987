using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Meetings.Testing;
using Meetings.ZoomSandbox.Webhooks;
using Microsoft.AspNetCore.Http;
using Xunit;

namespace Meetings.ZoomSandbox.Tests;

public sealed class DeliveryTests
{
    // Redeliveries after 5, 20 and 60 minutes come here after 3, 12 and 36 milliseconds.
    private static readonly (string, string) InAHurry = ("TimeCompression", "100000");

    [Theory]
    [InlineData(1, 200, "Delivered")]
    [InlineData(1, 204, "Delivered")]
    [InlineData(2, 202, "Delivered")]
    [InlineData(1, 301, "Refused")]
    [InlineData(1, 401, "Refused")]
    [InlineData(1, 429, "Refused")]
    [InlineData(1, 500, "Waiting")]
    [InlineData(3, 503, "Waiting")]
    [InlineData(1, null, "Waiting")]
    [InlineData(4, 500, "GivenUp")]
    [InlineData(4, null, "GivenUp")]
    public void An_answer_decides_what_becomes_of_a_delivery(int attempts, int? status, string state) =>
        Assert.Equal(state, RetrySchedule.After(attempts, status).ToString());

    [Fact]
    public void The_waits_are_5_20_and_60_minutes() =>
        Assert.Equal([5, 20, 60], Enumerable.Range(1, 3).Select(attempt => RetrySchedule.Wait(attempt, 1).TotalMinutes));

    [Fact]
    public async Task A_delivery_has_the_headers_of_Zoom()
    {
        await using var sandbox = await SandboxServer.StartAsync();
        await sandbox.MeetingAsync();
        await sandbox.IdleAsync();

        var created = Assert.Single(sandbox.Receiver.All);
        Assert.Equal("application/json; charset=utf-8", created.ContentType);
        Assert.True(created.IsSigned);
        Assert.Equal(SandboxServer.NewClock().GetUtcNow().ToUnixTimeSeconds().ToString(System.Globalization.CultureInfo.InvariantCulture), created.Headers["x-zm-request-timestamp"]);
        Assert.Equal("Zoom Marketplace/1.0a", created.Headers["user-agent"]);
        Assert.All(["x-zm-request-id", "x-zm-trackingid", "traceparent", "clientid"], name => Assert.True(created.Headers.ContainsKey(name), name));
    }

    [Fact]
    public async Task An_endpoint_that_fails_is_tried_four_times_with_the_same_bytes_and_signature()
    {
        await using var sandbox = await SandboxServer.StartAsync(InAHurry);
        sandbox.Receiver.Answer = (_, http) => Status(http, 503);
        await sandbox.MeetingAsync();
        await sandbox.IdleAsync();

        Assert.Equal(4, sandbox.Receiver.Of("meeting.created").Count());
        Assert.Single(sandbox.Receiver.Of("meeting.created").Select(r => Convert.ToHexString(r.Body) + r.Headers["x-zm-signature"] + r.Headers["x-zm-request-id"]).Distinct());
        Assert.Equal("given_up", (await DeliveriesAsync(sandbox))[0]!["state"]!.GetValue<string>());
    }

    [Theory]
    [InlineData(401)]
    [InlineData(302)]
    public async Task A_refusal_and_a_redirect_are_final(int status)
    {
        await using var sandbox = await SandboxServer.StartAsync(InAHurry);
        sandbox.Receiver.Answer = (_, http) =>
        {
            http.Response.Headers.Location = "/webhooks/zoom";
            return Status(http, status);
        };
        await sandbox.MeetingAsync();
        await sandbox.IdleAsync();

        Assert.Single(sandbox.Receiver.Of("meeting.created"));
        Assert.Equal("refused", (await DeliveriesAsync(sandbox))[0]!["state"]!.GetValue<string>());
    }

    [Fact]
    public async Task An_endpoint_that_takes_longer_than_three_seconds_is_told_again()
    {
        await using var sandbox = await SandboxServer.StartAsync(InAHurry);
        var released = new TaskCompletionSource();
        sandbox.Receiver.Answer = (received, _) => received.Event == "meeting.created" && sandbox.Receiver.Of("meeting.created").Count() == 1 ? released.Task : Task.CompletedTask;
        await sandbox.MeetingAsync();
        await sandbox.IdleAsync();
        released.SetResult();

        Assert.Equal(2, sandbox.Receiver.Of("meeting.created").Count());
    }

    [Fact]
    public async Task Faults_are_those_asked_for()
    {
        await using var sandbox = await SandboxServer.StartAsync();
        var id = await sandbox.MeetingAsync();
        await sandbox.ControlAsync($"meetings/{id}/start", new { delivery = new { badSignature = true } });
        await sandbox.ControlAsync($"meetings/{id}/join", new { name = "Twice", delivery = new { copies = 3 } });
        await sandbox.ControlAsync($"meetings/{id}/join", new { name = "Never", delivery = new { drop = true } });
        await sandbox.ControlAsync($"meetings/{id}/join", new { name = "Held", delivery = new { hold = true } });
        await sandbox.ControlAsync($"meetings/{id}/join", new { name = "Late", delivery = new { delaySeconds = 0.2 } });
        await sandbox.ControlAsync("faults", new { @event = "meeting.ended", delivery = new { copies = 2 } });
        await sandbox.ControlAsync($"meetings/{id}/end", new { leaves = "after" });
        await sandbox.IdleAsync();

        Assert.False(Assert.Single(sandbox.Receiver.Of("meeting.started")).IsSigned);
        Assert.Equal(["Late", "Twice", "Twice", "Twice"], Joined(sandbox).Order());
        Assert.Equal(2, sandbox.Receiver.Of("meeting.ended").Count());
        await sandbox.ControlAsync("release");
        await sandbox.IdleAsync();
        Assert.Contains("Held", Joined(sandbox));
        Assert.DoesNotContain("Never", Joined(sandbox));
    }

    [Fact]
    public async Task What_is_held_is_released_in_an_order_that_the_seed_decides()
    {
        var orders = new List<string>();
        foreach (var seed in (int?[])[7, 7, 8, null])
        {
            await using var sandbox = await SandboxServer.StartAsync(("Senders", "1"));
            var id = await sandbox.MeetingAsync();
            await sandbox.ControlAsync($"meetings/{id}/start");
            await sandbox.ControlAsync("hold");
            for (var n = 0; n < 9; n++) await sandbox.ControlAsync($"meetings/{id}/join", new { name = $"{n}" });
            await sandbox.IdleAsync();
            Assert.Empty(Joined(sandbox));

            await sandbox.ControlAsync("release", new { seed });
            await sandbox.IdleAsync();
            orders.Add(string.Concat(Joined(sandbox)));
        }

        Assert.Equal(orders[0], orders[1]);
        Assert.NotEqual(orders[0], orders[2]);
        Assert.Equal("012345678", orders[3]);
    }

    [Fact]
    public async Task A_whole_meeting_can_be_told_again_byte_for_byte()
    {
        await using var sandbox = await SandboxServer.StartAsync();
        var id = await sandbox.MeetingAsync();
        await sandbox.ControlAsync($"meetings/{id}/start");
        await sandbox.ControlAsync($"meetings/{id}/join", new { name = "Ana" });
        await sandbox.ControlAsync($"meetings/{id}/join", new { name = "Lost", delivery = new { drop = true } });
        await sandbox.IdleAsync();

        await sandbox.ControlAsync("redeliver", new { meetingId = id, seed = 3 });
        await sandbox.IdleAsync();

        Assert.Equal(6, sandbox.Receiver.All.Count);
        Assert.All(sandbox.Receiver.All.GroupBy(r => Convert.ToHexString(r.Body)), same => Assert.Equal(2, same.Count()));
    }

    [Fact]
    public async Task An_endpoint_that_fails_six_validations_gets_nothing_until_it_passes_one()
    {
        await using var sandbox = await SandboxServer.StartAsync();
        for (var n = 0; n < 6; n++) Assert.False((await sandbox.ControlAsync("validate"))["valid"]!.GetValue<bool>());
        await sandbox.MeetingAsync();
        await sandbox.IdleAsync();
        Assert.Empty(sandbox.Receiver.Of("meeting.created"));

        sandbox.Receiver.Answer = Receiver.ProveAsync;
        Assert.True((await sandbox.ControlAsync("validate"))["valid"]!.GetValue<bool>());
        sandbox.Receiver.Answer = (_, http) => Status(http, 200);
        await sandbox.MeetingAsync();
        await sandbox.IdleAsync();
        Assert.Single(sandbox.Receiver.Of("meeting.created"));
    }

    [Fact]
    public async Task The_endpoint_is_validated_again_every_72_hours()
    {
        // Which are 0.26 seconds here.
        await using var sandbox = await SandboxServer.StartAsync(("TimeCompression", "1000000"));
        sandbox.Receiver.Answer = Receiver.ProveAsync;

        await Eventually.Holds(() => Task.FromResult(sandbox.Receiver.Of("endpoint.url_validation").Count() >= 2), "two validations");
        Assert.All(sandbox.Receiver.All, r => Assert.True(r.IsSigned));
    }

    private static IEnumerable<string> Joined(SandboxServer sandbox) =>
        sandbox.Receiver.Of("meeting.participant_joined").Select(r => r.Participant["user_name"]!.GetValue<string>());

    private static async Task<JsonArray> DeliveriesAsync(SandboxServer sandbox) => (await sandbox.Http.GetFromJsonAsync<JsonArray>("/control/deliveries"))!;

    private static Task Status(HttpContext http, int status)
    {
        http.Response.StatusCode = status;
        return Task.CompletedTask;
    }
}

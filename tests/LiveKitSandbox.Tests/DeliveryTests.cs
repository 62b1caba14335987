using Meetings.LiveKitSandbox.Webhooks;
using Meetings.Testing;
using Xunit;
using static Meetings.LiveKitSandbox.Tests.SandboxServer;

namespace Meetings.LiveKitSandbox.Tests;

/// <summary>How webhooks are signed, ordered, tried again and lost.</summary>
public sealed class DeliveryTests
{
    [Theory]
    [InlineData(1, 200, "Delivered")]
    [InlineData(5, 204, "Delivered")]
    [InlineData(1, 302, "Refused")]
    [InlineData(1, 400, "Refused")]
    [InlineData(1, 401, "Refused")]
    [InlineData(1, 404, "Refused")]
    [InlineData(1, 413, "Refused")]
    [InlineData(1, 501, "Refused")]
    [InlineData(1, 429, "Ready")]
    [InlineData(1, 500, "Ready")]
    [InlineData(4, 503, "Ready")]
    [InlineData(4, null, "Ready")]
    [InlineData(5, 503, "GivenUp")]
    [InlineData(5, null, "GivenUp")]
    public void An_answer_decides_what_becomes_of_a_delivery(int attempts, int? status, string state) =>
        Assert.Equal(state, RetrySchedule.After(attempts, status).ToString());

    [Fact]
    public void The_waits_are_1_2_4_and_8_seconds_or_what_is_asked_for()
    {
        Assert.Equal([1, 2, 4, 8], Enumerable.Range(1, 4).Select(attempts => RetrySchedule.Wait(attempts, askedFor: null).TotalSeconds));
        Assert.Equal(17, RetrySchedule.Wait(1, TimeSpan.FromSeconds(17)).TotalSeconds);
    }

    [Fact]
    public async Task A_webhook_carries_a_bare_token_with_the_hash_of_its_body()
    {
        await using var sandbox = await StartAsync();
        await sandbox.CallAsync("CreateRoom", new { name = Lesson });
        await sandbox.IdleAsync();

        var started = Assert.Single(sandbox.Receiver.All);
        Assert.Equal(("application/webhook+json", "LiveKit"), (started.ContentType, started.UserAgent));
        var claims = started.Claims!;
        var now = sandbox.Clock.GetUtcNow().ToUnixTimeSeconds();
        Assert.Equal(
            (Key, now, now, now + 300),
            (claims["iss"]!.GetValue<string>(), claims["nbf"]!.GetValue<long>(), claims["iat"]!.GetValue<long>(), claims["exp"]!.GetValue<long>()));
    }

    [Fact]
    public async Task Webhooks_are_signed_with_the_key_that_is_named()
    {
        await using var sandbox = await StartAsync(("Keys:aaa", "first-secret-0123456789abcdefghijklm"), ("WebhookKey", Key));
        await sandbox.CallAsync("CreateRoom", new { name = Lesson });
        await sandbox.IdleAsync();

        Assert.Equal(Key, Assert.Single(sandbox.Receiver.All).Claims!["iss"]!.GetValue<string>());
    }

    [Theory]
    [InlineData(503)]
    [InlineData(429)]
    public async Task An_endpoint_that_fails_is_tried_five_times_with_the_same_bytes_and_the_same_token(int status)
    {
        await using var sandbox = await StartAsync(InAHurry);
        sandbox.Receiver.Answer = _ => status;
        await sandbox.CallAsync("CreateRoom", new { name = Lesson });
        await sandbox.IdleAsync();

        Assert.Equal(5, sandbox.Receiver.All.Count);
        Assert.Single(sandbox.Receiver.All.Select(r => Convert.ToHexString(r.Body) + r.Authorization).Distinct());
        Assert.Equal("given_up", (await sandbox.SeenAsync("deliveries"))[0]!["state"]!.GetValue<string>());
    }

    [Fact]
    public async Task A_wait_that_the_endpoint_asks_for_is_kept()
    {
        await using var sandbox = await StartAsync(InAHurry);
        sandbox.Receiver.RetryAfter = "100";
        sandbox.Receiver.Answer = _ => sandbox.Receiver.All.Count < 2 ? 503 : 200;
        var waited = System.Diagnostics.Stopwatch.StartNew();
        await sandbox.CallAsync("CreateRoom", new { name = Lesson });
        await sandbox.IdleAsync();

        // 100 seconds are 0.1 here; by itself it would wait a thousandth.
        Assert.True(waited.Elapsed >= TimeSpan.FromSeconds(0.1), $"after {waited.Elapsed}");
        Assert.Equal(2, sandbox.Receiver.All.Count);
    }

    [Theory]
    [InlineData(404)]
    [InlineData(401)]
    [InlineData(501)]
    public async Task A_refusal_counts_as_sent_and_a_room_is_logged_once(int status)
    {
        await using var sandbox = await StartAsync(InAHurry);
        sandbox.Receiver.Answer = _ => status;
        for (var n = 0; n < 5; n++) await sandbox.JoinAsync($"student-{n}");
        await sandbox.ControlAsync($"rooms/{Lesson}/end");
        await sandbox.IdleAsync();

        Assert.Equal(12, sandbox.Receiver.All.Count);
        Assert.All(await sandbox.SeenAsync("deliveries"), d => Assert.Equal("refused", d!["state"]!.GetValue<string>()));
        Assert.All(sandbox.Receiver.All, r => Assert.False(r.Json.AsObject().ContainsKey("numDropped")));
        var line = Assert.Single(sandbox.Log.All, line => line.Contains("not taken", StringComparison.Ordinal));
        Assert.Contains($"{status}", line, StringComparison.Ordinal);
        Assert.DoesNotContain(sandbox.Log.All, l => l.Contains("student", StringComparison.Ordinal) || l.Contains(Secret, StringComparison.Ordinal));
    }

    [Fact]
    public async Task An_event_that_is_tried_again_holds_up_its_room_and_no_other()
    {
        await using var sandbox = await StartAsync();
        var failing = true;
        sandbox.Receiver.Answer = r => r.Room == Lesson && Volatile.Read(ref failing) ? 503 : 200;
        await sandbox.JoinAsync("ana");
        await sandbox.JoinAsync("ben");
        await sandbox.CallAsync("CreateRoom", new { name = "another" });
        await Eventually.Holds(() => Task.FromResult(sandbox.Receiver.All.Any(r => r.Room == "another")), "the other room's event");
        Assert.All(sandbox.Receiver.All.Where(r => r.Room == Lesson), r => Assert.Equal("room_started", r.Event));

        Volatile.Write(ref failing, false);
        await sandbox.IdleAsync();
        var ids = sandbox.Receiver.All.Where(r => r.Room == Lesson).Select(r => (r.Event, r.Identity)).Distinct();
        Assert.Equal([("room_started", null), ("participant_joined", "ana"), ("participant_joined", "ben")], ids);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task What_waited_for_more_than_thirty_seconds_is_dropped_and_the_next_event_says_how_many(bool counts)
    {
        await using var sandbox = await StartAsync(("CountDropped", $"{counts}"));
        sandbox.Receiver.Pause();
        await sandbox.CallAsync("CreateRoom", new { name = Lesson });
        await Eventually.Holds(() => Task.FromResult(sandbox.Receiver.All.Count == 1), "the first event to hang");
        await sandbox.JoinAsync("late-1");
        await sandbox.JoinAsync("late-2");
        sandbox.Clock.Advance(TimeSpan.FromSeconds(1));
        await sandbox.JoinAsync("in-time");
        sandbox.Clock.Advance(TimeSpan.FromSeconds(30));
        sandbox.Receiver.Resume();
        await sandbox.IdleAsync();

        Assert.Equal(["in-time"], sandbox.Receiver.Of("participant_joined").Select(r => r.Identity));
        Assert.Equal(counts ? 2 : null, sandbox.Receiver.Of("participant_joined").Single().Json["numDropped"]?.GetValue<int>());
        await sandbox.ControlAsync($"rooms/{Lesson}/end");
        await sandbox.IdleAsync();
        Assert.All(sandbox.Receiver.All.TakeLast(4), r => Assert.False(r.Json.AsObject().ContainsKey("numDropped")));
    }

    [Fact]
    public async Task A_room_has_no_more_than_two_hundred_events_waiting()
    {
        await using var sandbox = await StartAsync();
        sandbox.Receiver.Pause();
        await sandbox.CallAsync("CreateRoom", new { name = Lesson });
        await Eventually.Holds(() => Task.FromResult(sandbox.Receiver.All.Count == 1), "the first event to hang");
        for (var n = 0; n < 203; n++) await sandbox.JoinAsync($"student-{n}");
        sandbox.Receiver.Resume();
        await sandbox.IdleAsync();

        Assert.Equal(Enumerable.Range(0, 200).Select(n => $"student-{n}"), sandbox.Receiver.Of("participant_joined").Select(r => r.Identity));
        Assert.Equal(3, sandbox.Receiver.Of("participant_joined").First().Json["numDropped"]!.GetValue<int>());
        Assert.Equal(3, (await sandbox.SeenAsync("deliveries")).Count(d => d!["state"]!.GetValue<string>() == "overflowed"));
    }

    [Fact]
    public async Task Faults_are_those_asked_for()
    {
        await using var sandbox = await StartAsync();
        await sandbox.ControlAsync("faults", new { @event = "room_started", delivery = new { badSignature = true } });
        await sandbox.CallAsync("CreateRoom", new { name = Lesson });
        await sandbox.JoinAsync("twice", new { copies = 2 });
        await sandbox.JoinAsync("never", new { drop = true });
        await sandbox.JoinAsync("held", new { hold = true });
        await sandbox.JoinAsync("late", new { delaySeconds = 0.3 });
        await sandbox.JoinAsync("overtakes");
        await sandbox.IdleAsync();

        Assert.Null(Assert.Single(sandbox.Receiver.Of("room_started")).Claims);
        Assert.Equal(["twice", "twice", "overtakes", "late"], Joined());
        Assert.All(sandbox.Receiver.Of("participant_joined"), r => Assert.NotNull(r.Claims));
        Assert.Single(sandbox.Receiver.All.Where(r => r.Identity == "twice").Select(r => r.Id).Distinct());
        await sandbox.ControlAsync("release");
        await sandbox.IdleAsync();
        Assert.Equal("held", Joined().Last());
        Assert.DoesNotContain("never", Joined());

        IEnumerable<string?> Joined() => sandbox.Receiver.Of("participant_joined").Select(r => r.Identity);
    }

    [Fact]
    public async Task What_is_held_is_released_in_an_order_that_the_seed_decides()
    {
        var orders = new List<string>();
        foreach (var seed in (int?[])[7, 7, 8, null])
        {
            await using var sandbox = await StartAsync();
            await sandbox.ControlAsync("hold");
            for (var n = 0; n < 9; n++) await sandbox.JoinAsync($"{n}");
            await sandbox.IdleAsync();
            Assert.Empty(sandbox.Receiver.All);

            await sandbox.ControlAsync("release", new { seed });
            await sandbox.IdleAsync();
            orders.Add(string.Concat(sandbox.Receiver.All.Select(r => r.Identity ?? "-")));
        }

        Assert.Equal(orders[0], orders[1]);
        Assert.NotEqual(orders[0], orders[2]);
        Assert.Equal("-012345678", orders[3]);
    }

    [Fact]
    public async Task A_whole_room_can_be_told_again_byte_for_byte()
    {
        await using var sandbox = await StartAsync();
        await sandbox.JoinAsync("ana");
        await sandbox.JoinAsync("lost", new { drop = true });
        await sandbox.ControlAsync($"rooms/{Lesson}/end");
        await sandbox.IdleAsync();
        sandbox.Clock.Advance(TimeSpan.FromHours(1));
        var told = sandbox.Receiver.All.Count;
        await sandbox.ControlAsync("redeliver", new { room = Lesson, seed = 3 });
        await sandbox.IdleAsync();

        Assert.Equal(2 * told, sandbox.Receiver.All.Count);
        Assert.All(sandbox.Receiver.All.GroupBy(r => Convert.ToHexString(r.Body)), same => Assert.Equal(2, same.Count()));

        // With a token of its own, since that of the first time is too old to be believed.
        var now = sandbox.Clock.GetUtcNow().ToUnixTimeSeconds();
        Assert.All(sandbox.Receiver.All.Skip(told), r => Assert.Equal(now, r.Claims!["iat"]!.GetValue<long>()));
    }

    [Fact]
    public async Task After_a_reset_the_sandbox_is_as_on_the_first_day()
    {
        await using var sandbox = await StartAsync();
        await sandbox.JoinAsync("ana");
        await sandbox.CallAsync("SendData", new { room = Lesson, data = "aGk=" });
        await sandbox.ControlAsync("reset");

        Assert.Empty(await sandbox.SeenAsync("rooms"));
        Assert.Empty(await sandbox.SeenAsync("data"));
        Assert.Empty(await sandbox.SeenAsync("deliveries"));
    }
}

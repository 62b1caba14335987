using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Text.Json;
using Meetings.Testing;

namespace Meetings.ServiceDefaults.Tests.FailedMessages;

/// <summary>What was given up on is seen, and takes effect once after the fix.</summary>
public sealed class ReplayTests : IAsyncLifetime
{
    private OperatedService _service = null!;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _service = await OperatedService.StartAsync();

    public ValueTask DisposeAsync() => _service.DisposeAsync();

    [Fact, Trait("Hostile", "76")]
    public async Task What_its_consumer_fails_on_is_set_aside_while_its_neighbours_are_processed_and_takes_effect_once_after_the_fix()
    {
        _service.Poison["bad"] = "No place for 'Maria Santos', maria@example.org";
        await _service.TellAsync("before");
        var id = await _service.TellAsync("bad");
        await _service.TellAsync("after");

        var listed = Assert.Single(await _service.ListedAsync(1));
        await Eventually.Holds(async () => await _service.EffectsAsync("before") + await _service.EffectsAsync("after") == 2, "the neighbours");
        Assert.Equal(4, _service.Heard.Count(sitting => sitting == "bad"));
        Assert.Equal(
            (OperatedService.Queue, id, "fault", 1),
            (Text(listed, "queue"), listed.GetProperty("messageId").GetGuid(), Text(listed, "reason"), listed.GetProperty("failures").GetInt32()));
        Assert.Equal(
            ("Meetings.Contracts.Sittings.SittingStarted", "System.InvalidOperationException", "No place for …, …"),
            (Text(listed, "messageType"), Text(listed, "exceptionType"), Text(listed, "exceptionMessage")));
        Assert.DoesNotContain("body", listed.GetRawText(), StringComparison.OrdinalIgnoreCase);

        _service.Poison.Clear();
        await _service.ReplayAsync(listed);

        await _service.ListedAsync(1, "replayed");
        await Eventually.Get(() => _service.EffectsAsync("bad"), effects => effects == 1, "the effect");
        await _service.ListedAsync(0);
        Assert.Equal(0, await _service.AskAsync<long>("select count(body) from failed_message"));
    }

    [Fact, Trait("Hostile", "76")]
    public async Task One_that_the_broker_does_not_take_keeps_no_other_from_its_turn()
    {
        _service.Poison["refused"] = "No";
        await _service.TellAsync("refused");
        var refused = Assert.Single(await _service.ListedAsync(1));
        _service.Poison["late"] = "No";
        await _service.TellAsync("late");
        await _service.ListedAsync(2);
        await using (var connection = await _service.BrokerAsync())
        {
            // Full: it takes nothing.
            await using var channel = await connection.CreateChannelAsync(cancellationToken: Ct);
            await channel.QueueDeclareAsync(
                "full", durable: true, exclusive: false, autoDelete: false,
                new Dictionary<string, object?> { ["x-queue-type"] = "classic", ["x-max-length"] = 0, ["x-overflow"] = "reject-publish" }, cancellationToken: Ct);
        }

        await _service.AskAsync<int>($"update failed_message set queue = 'full' where id = '{refused.GetProperty("id").GetGuid()}'");
        _service.Poison.Clear();

        // As when an operator asks for both before the next look.
        await _service.AskAsync<int>("update failed_message set state = 'replaying'");

        await Eventually.Get(() => _service.EffectsAsync("late"), effects => effects == 1, "the other's effect");
        Assert.Single(await _service.ListedAsync(1, "replaying"));
    }

    [Fact]
    public async Task It_is_counted_and_said_once_without_what_it_says()
    {
        var measured = new ConcurrentDictionary<string, long>();
        using var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, meter) =>
        {
            if (instrument.Name == "meetings.failed_messages") meter.EnableMeasurementEvents(instrument);
        };
        listener.SetMeasurementEventCallback<long>((_, value, tags, _) => measured[(string)tags[0].Value!] = value);
        listener.Start();
        _service.Poison["sitting-of-maria"] = "No place for 'Maria Santos'";

        var id = await _service.TellAsync("sitting-of-maria");

        var health = await Eventually.Get(_service.HealthAsync, health => Text(health, "status") == "Degraded", "a degraded health");
        Assert.Equal(1, health.GetProperty("checks").GetProperty("failed-messages").GetProperty("data").GetProperty(OperatedService.Queue).GetInt32());
        Assert.Equal(1, measured[OperatedService.Queue]);
        var line = Assert.Single(_service.Logged, line => line.Contains("wait for an operator", StringComparison.Ordinal));
        Assert.Contains($"{id} (Meetings.Contracts.Sittings.SittingStarted) of {OperatedService.Queue}", line, StringComparison.Ordinal);
        Assert.DoesNotContain("maria", line, StringComparison.OrdinalIgnoreCase);

        _service.Poison.Clear();
        await _service.OperatorAsync(HttpMethod.Post, $"{OperatedService.Path}/replay?queue={OperatedService.Queue}");

        await Eventually.Get(_service.HealthAsync, health => Text(health, "status") == "Healthy", "a good health");
        Assert.Equal(0, measured[OperatedService.Queue]);
        Assert.DoesNotContain(_service.Logged, line => line.Contains("neither be parked nor replayed", StringComparison.Ordinal));
        Assert.Single(_service.Logged, line => line.Contains("wait for an operator", StringComparison.Ordinal));
    }

    [Fact, Trait("Hostile", "76")]
    public async Task What_kills_its_consumer_over_and_over_is_given_up_by_the_broker_and_takes_effect_once_after_the_fix()
    {
        var id = Guid.CreateVersion7();
        await _service.StopReplicasAsync();
        await _service.PutAsync("", OperatedService.Queue, id, "deadly");

        // Each takes it and dies with it, unanswered.
        var deaths = 0;
        while (deaths < 30 && await TakeAndDieAsync()) deaths++;
        Assert.InRange(deaths, 20, 22);
        await _service.StartReplicaAsync();

        var listed = Assert.Single(await _service.ListedAsync(1));
        Assert.Equal(
            (OperatedService.Queue, id, "delivery_limit", "Meetings.Contracts.Sittings.SittingStarted"),
            (Text(listed, "queue"), listed.GetProperty("messageId").GetGuid(), Text(listed, "reason"), Text(listed, "messageType")));

        await _service.ReplayAsync(listed);

        await Eventually.Get(() => _service.EffectsAsync("deadly"), effects => effects == 1, "the effect");
        await _service.ListedAsync(1, "replayed");
    }

    [Fact]
    public async Task What_no_consumer_knows_is_listed_with_its_queue_and_can_be_discarded()
    {
        var id = Guid.CreateVersion7();
        await _service.PutAsync("", OperatedService.Queue, id, "any", type: "Meetings.Contracts.Sittings:SittingForgotten");

        var listed = Assert.Single(await _service.ListedAsync(1));
        Assert.Equal(
            (OperatedService.Queue, id, "skipped", "Meetings.Contracts.Sittings.SittingForgotten"),
            (Text(listed, "queue"), listed.GetProperty("messageId").GetGuid(), Text(listed, "reason"), Text(listed, "messageType")));

        await _service.OperatorAsync(HttpMethod.Delete, $"{OperatedService.Path}/{listed.GetProperty("id").GetGuid()}");

        await Eventually.Get(_service.HealthAsync, health => Text(health, "status") == "Healthy", "a good health");
        await _service.ListedAsync(0);
    }

    [Fact]
    public async Task A_whole_queue_is_replayed_at_once_by_replicas_that_share_the_work()
    {
        await _service.StartReplicaAsync();
        var sittings = Enumerable.Range(0, 150).Select(i => $"s{i}").ToList();
        foreach (var sitting in sittings) _service.Poison[sitting] = "Not yet";
        foreach (var sitting in sittings) await _service.TellAsync(sitting);
        await _service.ListedAsync(sittings.Count);

        _service.Poison.Clear();
        var nothing = await _service.OperatorAsync(HttpMethod.Post, $"{OperatedService.Path}/replay?queue=another");
        var answer = await _service.OperatorAsync(HttpMethod.Post, $"{OperatedService.Path}/replay?queue={OperatedService.Queue}");

        Assert.Equal((0, sittings.Count), (nothing.GetProperty("requested").GetInt32(), answer.GetProperty("requested").GetInt32()));
        await _service.ListedAsync(sittings.Count, "replayed");
        await Eventually.Get(() => _service.AskAsync<long>("select count(*) from effect"), effects => effects == sittings.Count, "all effects");
        Assert.Equal(sittings.Count, await _service.AskAsync<long>("select count(distinct sitting) from effect"));
    }

    [Fact]
    public async Task What_fails_again_after_a_replay_waits_again_as_the_same_message()
    {
        _service.Poison["bad"] = "Not yet";
        await _service.TellAsync("bad");
        var listed = Assert.Single(await _service.ListedAsync(1));

        await _service.ReplayAsync(listed);

        await Eventually.Get(() => _service.AskAsync<int>("select failures from failed_message where state = 'failed'"), failures => failures == 2, "a second failure");
        var again = Assert.Single(await _service.ListedAsync(1));
        Assert.Equal(listed.GetProperty("id").GetGuid(), again.GetProperty("id").GetGuid());
        _service.Poison.Clear();
        await _service.ReplayAsync(again);
        await Eventually.Get(() => _service.EffectsAsync("bad"), effects => effects == 1, "the effect");
    }

    private static string? Text(JsonElement item, string name) => item.GetProperty(name).GetString();

    /// <returns>False when the broker has given up on it.</returns>
    private async Task<bool> TakeAndDieAsync()
    {
        await using var broker = await _service.BrokerAsync();
        await using var channel = await broker.CreateChannelAsync(cancellationToken: Ct);
        await using var another = await broker.CreateChannelAsync(cancellationToken: Ct);

        // What the last one held comes back, or has gone.
        return await Eventually.Get(
            async () => (
                Back: await channel.BasicGetAsync(OperatedService.Queue, autoAck: false, Ct) is not null,
                Gone: await another.MessageCountAsync(OperatedService.Failed, Ct) > 0),
            seen => seen.Back || seen.Gone, "the message") is { Back: true };
    }
}

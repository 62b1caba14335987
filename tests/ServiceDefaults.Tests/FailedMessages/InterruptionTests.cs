using System.Globalization;
using System.Text.Json;
using Meetings.Testing;

namespace Meetings.ServiceDefaults.Tests.FailedMessages;

/// <summary>Whatever dies while messages are parked or replayed: none is lost, and none comes back that took effect.</summary>
public sealed class InterruptionTests : IAsyncLifetime
{
    private OperatedService _service = null!;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _service = await OperatedService.StartAsync();

    public ValueTask DisposeAsync() => _service.DisposeAsync();

    [Fact]
    public async Task A_replay_outlasts_the_broker()
    {
        var listed = await FailAsync("bad");
        await _service.TakeBrokerAwayAsync();
        _service.Poison.Clear();

        Assert.Equal("replaying", (await _service.ReplayAsync(listed)).GetProperty("state").GetString());
        await _service.LoggedAsync("neither be parked nor replayed");
        Assert.Equal(0, await _service.EffectsAsync("bad"));
        await _service.BringBrokerBackAsync();

        await _service.ListedAsync(1, "replayed");
        await Eventually.Get(() => _service.EffectsAsync("bad"), effects => effects == 1, "the effect");
    }

    [Fact]
    public async Task A_replay_that_died_before_it_was_marked_is_sent_again_and_takes_effect_once()
    {
        var listed = await FailAsync("bad");
        _service.Poison.Clear();
        // Where a crash would be: the broker has it, and the row does not say so.
        await _service.AskAsync<object>("""
            create function crash() returns trigger language plpgsql as $$ begin raise exception 'crash'; end $$;
            create trigger crash before update on failed_message for each row when (new.state = 'replayed') execute function crash()
            """);

        await _service.ReplayAsync(listed);
        await Eventually.Get(() => _service.EffectsAsync("bad"), effects => effects == 1, "the effect");
        Assert.Equal("replaying", Assert.Single(await _service.ListedAsync(1, "replaying")).GetProperty("state").GetString());
        var heard = _service.Heard.Count;
        await _service.AskAsync<object>("drop trigger crash on failed_message; update failed_message set leased_until = now() - interval '1 second'");

        await _service.ListedAsync(1, "replayed");
        await Eventually.Holds(() => Task.FromResult(_service.Heard.Count == heard + 1), "the second delivery");
        Assert.Equal(1, await _service.EffectsAsync("bad"));
    }

    [Fact]
    public async Task A_replay_whose_sender_died_under_its_lease_is_sent_by_another()
    {
        var listed = await FailAsync("bad");
        await _service.AskAsync<object>("update failed_message set state = 'replaying', leased_until = now() + interval '1 hour'");
        _service.Poison.Clear();
        await _service.StopReplicasAsync();
        await _service.StartReplicaAsync();
        Assert.Single(await _service.ListedAsync(1, "replaying"));

        await _service.AskAsync<object>("update failed_message set leased_until = now() - interval '1 second'");

        await _service.ListedAsync(1, "replayed");
        await Eventually.Get(() => _service.EffectsAsync("bad"), effects => effects == 1, "the effect");
        Assert.Equal(listed.GetProperty("id").GetGuid(), Assert.Single(await _service.ListedAsync(1, "replayed")).GetProperty("id").GetGuid());
    }

    [Fact]
    public async Task Asking_twice_replays_once()
    {
        var listed = await FailAsync("bad");
        _service.Poison.Clear();
        var heard = _service.Heard.Count;

        await Task.WhenAll(_service.ReplayAsync(listed), _service.ReplayAsync(listed));
        await _service.ListedAsync(1, "replayed");
        Assert.Equal("replayed", (await _service.ReplayAsync(listed)).GetProperty("state").GetString());

        await SomethingElseHappensAsync();
        Assert.Equal(heard + 2, _service.Heard.Count);
        Assert.Equal(1, await _service.AskAsync<int>("select replays from failed_message"));
    }

    [Fact]
    public async Task A_failure_that_is_told_twice_is_one_and_does_not_come_back_after_its_replay()
    {
        var (id, headers) = (Guid.CreateVersion7(), new Dictionary<string, object?>
        {
            ["MT-Reason"] = "fault",
            ["MT-Fault-InputAddress"] = $"rabbitmq://localhost/vhost/{OperatedService.Queue}",
            ["MT-Fault-Timestamp"] = DateTimeOffset.UnixEpoch.ToString("o", CultureInfo.InvariantCulture),
        });
        await _service.PutAsync("", OperatedService.Failed, id, "told-twice", headers);
        var listed = Assert.Single(await _service.ListedAsync(1));

        // What a crash between the commit and the acknowledgement leaves on the broker.
        await _service.PutAsync("", OperatedService.Failed, id, "told-twice", headers);
        await SomethingElseHappensAsync();
        Assert.Equal(1, await _service.AskAsync<int>("select failures from failed_message where message_id = '" + id + "'"));
        await _service.ReplayAsync(listed);
        await _service.ListedAsync(1, "replayed");
        await _service.PutAsync("", OperatedService.Failed, id, "told-twice", headers);

        await SomethingElseHappensAsync();
        Assert.Equal("replayed", await _service.AskAsync<string>("select state from failed_message where message_id = '" + id + "'"));
        Assert.Equal(1, await _service.EffectsAsync("told-twice"));
    }

    [Fact]
    public async Task What_cannot_be_parked_stays_on_the_broker_and_is_counted_and_its_neighbours_are_parked()
    {
        await _service.AskAsync<object>("""
            alter table failed_message add constraint full_moon check (message_id <> 'aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa')
            """);
        var skipped = new Dictionary<string, object?> { ["MT-Reason"] = "dead-letter" };
        await _service.PutAsync("", OperatedService.Failed, Guid.Parse("aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa"), "stuck", skipped);
        await _service.PutAsync("", OperatedService.Failed, Guid.CreateVersion7(), "neighbour", skipped);

        await _service.ListedAsync(1);
        await Eventually.Get(
            async () => (await _service.HealthAsync()).GetProperty("checks").GetProperty("failed-messages").GetProperty("data").GetProperty(OperatedService.Failed).GetInt32(),
            waiting => waiting == 2, "both in the health");
        await _service.AskAsync<object>("alter table failed_message drop constraint full_moon");

        await _service.ListedAsync(2);
    }

    [Fact]
    public async Task Dead_letters_of_another_service_are_left_to_it()
    {
        await _service.PutAsync(OperatedService.DeadLetters, "", Guid.CreateVersion7(), "theirs", new() { ["x-first-death-queue"] = "another-keeping" });
        await _service.PutAsync(OperatedService.DeadLetters, "", Guid.CreateVersion7(), "ours", new() { ["x-first-death-queue"] = OperatedService.Queue });

        Assert.Equal(OperatedService.Queue, Assert.Single(await _service.ListedAsync(1)).GetProperty("queue").GetString());
    }

    [Fact]
    public async Task The_one_queue_for_all_of_earlier_versions_collects_no_more()
    {
        await using var broker = await _service.BrokerAsync();
        await using var channel = await broker.CreateChannelAsync(cancellationToken: Ct);
        await channel.QueueDeclareAsync(OperatedService.DeadLetters, durable: true, exclusive: false, autoDelete: false, cancellationToken: Ct);
        await channel.QueueBindAsync(OperatedService.DeadLetters, OperatedService.DeadLetters, "", cancellationToken: Ct);

        await _service.StopReplicasAsync();
        await _service.StartReplicaAsync();
        await SomethingElseHappensAsync();

        await _service.PutAsync(OperatedService.DeadLetters, "", Guid.CreateVersion7(), "ours", new() { ["x-first-death-queue"] = OperatedService.Queue });
        await _service.ListedAsync(2);
        Assert.Equal(0u, await channel.MessageCountAsync(OperatedService.DeadLetters, Ct));
    }

    [Fact]
    public async Task A_message_whose_queue_is_gone_is_failed_still()
    {
        await _service.PutAsync(OperatedService.DeadLetters, "", Guid.CreateVersion7(), "orphan", new() { ["x-first-death-queue"] = "defaults-gone" });
        var listed = Assert.Single(await _service.ListedAsync(1));

        await _service.ReplayAsync(listed);

        await _service.LoggedAsync("there is no queue defaults-gone");
        await _service.ListedAsync(1);
        Assert.Equal(0, await _service.AskAsync<long>("select count(*) from failed_message where body is null"));
    }

    [Fact]
    public async Task Failed_messages_are_forgotten_when_their_time_is_over_and_not_before()
    {
        await FailAsync("bad");
        _service.Clock.Advance(TimeSpan.FromDays(29));
        await SomethingElseHappensAsync();
        Assert.Equal(2, await _service.AskAsync<long>("select count(*) from failed_message"));

        _service.Clock.Advance(TimeSpan.FromDays(2));

        await Eventually.Get(() => _service.AskAsync<long>("select count(*) from failed_message where reason = 'fault'"), left => left == 0, "the old one to go");
        await _service.LoggedAsync("1 failed messages were forgotten");
    }

    private async Task<JsonElement> FailAsync(string sitting)
    {
        _service.Poison[sitting] = "Not yet";
        await _service.TellAsync(sitting);
        return Assert.Single(await _service.ListedAsync(1));
    }

    /// <summary>All that went before has been looked at, since a message behind it in the same queues has.</summary>
    private async Task SomethingElseHappensAsync()
    {
        var (sitting, skipped) = (Guid.NewGuid().ToString(), Guid.CreateVersion7());
        await _service.TellAsync(sitting);
        await Eventually.Get(() => _service.EffectsAsync(sitting), effects => effects == 1, "another sitting");
        await _service.PutAsync("", OperatedService.Failed, skipped, "any", new() { ["MT-Reason"] = "dead-letter" });
        await Eventually.Get(() => _service.AskAsync<long>($"select count(*) from failed_message where message_id = '{skipped}'"), count => count == 1, "another failure");
    }
}

using System.Text.Json;
using Meetings.ServiceDefaults.Data;
using Microsoft.Extensions.Logging;
using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;

namespace Meetings.ServiceDefaults.Messaging.FailedMessages;

/// <summary>
/// Sends what operators asked to replay to the queue in which it failed, as an outbox does: claimed by a lease, confirmed by the broker, and only then
/// marked. Whoever dies in between leaves the rows to the next, so a message goes twice rather than never. One that the broker does not take keeps no other
/// from its turn.
/// </summary>
internal sealed partial class SendReplays(Database db, TimeProvider clock, ILogger<SendReplays> logger)
{
    private const int BatchSize = 64;

    private static readonly TimeSpan Lease = TimeSpan.FromSeconds(15);

    // Those that were tried before and did not go come last: whatever is wrong with them, it must not be in the way of others again.
    private const string Claim = """
        with due as (
            select id, leased_until is not null as was_tried from failed_message where state = 'replaying' and (leased_until is null or leased_until < now())
            order by was_tried, failed_at, id limit @BatchSize for update skip locked)
        update failed_message m set leased_until = now() + @Lease
        from due where m.id = due.id
        returning m.id, m.queue, m.message_id, m.message_type, m.failed_at, m.content_type, m.headers::text as headers, m.body, due.was_tried
        """;

    // Not if it has failed again meanwhile: then it waits for an operator, with its body.
    private const string Mark = """
        update failed_message set state = 'replayed', replays = replays + 1, replayed_at = @now, leased_until = null, body = null
        where id = @Id and state = 'replaying' and failed_at = @FailedAt
        """;

    private const string Release = "update failed_message set leased_until = null where id = any(@ids) and state = 'replaying'";

    private const string GiveBack = "update failed_message set state = 'failed', leased_until = null where id = @Id and state = 'replaying'";

    public async Task RunAsync(IChannel channel, CancellationToken ct)
    {
        while (await SendBatchAsync(channel, ct) == BatchSize)
        {
            // A full batch: more may wait.
        }
    }

    private async Task<int> SendBatchAsync(IChannel channel, CancellationToken ct)
    {
        IReadOnlyList<Replay> batch;
        await using (var session = await db.BeginAsServiceAsync(ct))
        {
            batch = await session.QueryAsync<Replay>(Claim, new { Lease, BatchSize }, ct);
            await session.CommitAsync(ct);
        }

        // A broker that takes nothing (memory, disk) must not outlast the lease.
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(ct);
        timeout.CancelAfter(Lease / 2);
        var untried = new Queue<Replay>(batch.OrderBy(replay => replay.WasTried).ThenBy(replay => replay.FailedAt));
        while (untried.TryDequeue(out var replay))
        {
            bool arrived;
            try
            {
                arrived = await TrySendAsync(channel, replay, timeout.Token);
            }
            catch (PublishException e)
            {
                // Its lease runs out, and then it is tried again.
                LogNotTaken(e, replay.MessageId, replay.MessageType, replay.Queue);
                continue;
            }
            catch
            {
                // The broker, or the channel with it, is gone, perhaps because of this very message: the others go before it the next time.
                await ReleaseAsync(untried);
                throw;
            }

            await using var session = await db.BeginAsServiceAsync(ct);
            await session.ExecuteAsync(arrived ? Mark : GiveBack, new { replay.Id, replay.FailedAt, now = clock.GetUtcNow() }, ct);
            await session.CommitAsync(ct);
            if (arrived) LogReplayed(replay.MessageId, replay.MessageType, replay.Queue);
            else LogNoQueue(replay.MessageId, replay.MessageType, replay.Queue);
        }

        return batch.Count;
    }

    private async Task ReleaseAsync(IEnumerable<Replay> untried)
    {
        await using var session = await db.BeginAsServiceAsync(CancellationToken.None);
        await session.ExecuteAsync(Release, new { ids = untried.Where(replay => !replay.WasTried).Select(replay => replay.Id).ToArray() }, CancellationToken.None);
        await session.CommitAsync(CancellationToken.None);
    }

    /// <returns>False when there is no such queue any more.</returns>
    private static async Task<bool> TrySendAsync(IChannel channel, Replay replay, CancellationToken ct)
    {
        var properties = new BasicProperties
        {
            MessageId = replay.MessageId.ToString(),
            ContentType = replay.ContentType,
            Persistent = true,
            Headers = JsonSerializer.Deserialize<Dictionary<string, string>>(replay.Headers)!.ToDictionary(header => header.Key, header => (object?)header.Value),
        };
        try
        {
            // Past the exchanges: the other queues that got this message have no need of it again.
            await channel.BasicPublishAsync("", replay.Queue, mandatory: true, properties, replay.Body, ct);
            return true;
        }
        catch (PublishException returned) when (returned.IsReturn)
        {
            return false;
        }
    }

    private sealed record Replay(
        Guid Id, string Queue, Guid MessageId, string? MessageType, DateTimeOffset FailedAt, string? ContentType, string Headers, byte[] Body, bool WasTried);

    [LoggerMessage(Level = LogLevel.Information, Message = "Failed message {MessageId} ({MessageType}) went to {Queue} again")]
    private partial void LogReplayed(Guid messageId, string? messageType, string queue);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The broker does not take the failed message {MessageId} ({MessageType}) for {Queue} now; it is tried again")]
    private partial void LogNotTaken(Exception exception, Guid messageId, string? messageType, string queue);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Failed message {MessageId} ({MessageType}) cannot be replayed: there is no queue {Queue}")]
    private partial void LogNoQueue(Guid messageId, string? messageType, string queue);
}

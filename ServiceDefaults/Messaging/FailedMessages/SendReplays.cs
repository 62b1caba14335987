using System.Text.Json;
using Meetings.ServiceDefaults.Data;
using Microsoft.Extensions.Logging;
using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;

namespace Meetings.ServiceDefaults.Messaging.FailedMessages;

/// <summary>
/// Sends what operators asked to replay to the queue in which it failed, as an outbox does: claimed by a lease, confirmed by the broker, and only then
/// marked. Whoever dies in between leaves the rows to the next, so a message goes twice rather than never.
/// </summary>
internal sealed partial class SendReplays(Database db, TimeProvider clock, ILogger<SendReplays> logger)
{
    private const int BatchSize = 64;

    private static readonly TimeSpan Lease = TimeSpan.FromSeconds(15);

    private const string Claim = """
        update failed_message set leased_until = now() + @Lease
        where id = any(array(
            select id from failed_message where state = 'replaying' and (leased_until is null or leased_until < now())
            order by failed_at, id limit @BatchSize for update skip locked))
        returning id, queue, message_id, message_type, failed_at, content_type, headers::text as headers, body
        """;

    // Not if it has failed again meanwhile: then it waits for an operator, with its body.
    private const string Mark = """
        update failed_message set state = 'replayed', replays = replays + 1, replayed_at = @now, leased_until = null, body = null
        where id = @Id and state = 'replaying' and failed_at = @FailedAt
        """;

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
        foreach (var replay in batch.OrderBy(replay => replay.FailedAt))
        {
            var arrived = await TrySendAsync(channel, replay, timeout.Token);
            await using var session = await db.BeginAsServiceAsync(ct);
            await session.ExecuteAsync(arrived ? Mark : GiveBack, new { replay.Id, replay.FailedAt, now = clock.GetUtcNow() }, ct);
            await session.CommitAsync(ct);
            if (arrived) LogReplayed(replay.MessageId, replay.MessageType, replay.Queue);
            else LogNoQueue(replay.MessageId, replay.MessageType, replay.Queue);
        }

        return batch.Count;
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
        Guid Id, string Queue, Guid MessageId, string? MessageType, DateTimeOffset FailedAt, string? ContentType, string Headers, byte[] Body);

    [LoggerMessage(Level = LogLevel.Information, Message = "Failed message {MessageId} ({MessageType}) went to {Queue} again")]
    private partial void LogReplayed(Guid messageId, string? messageType, string queue);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Failed message {MessageId} ({MessageType}) cannot be replayed: there is no queue {Queue}")]
    private partial void LogNoQueue(Guid messageId, string? messageType, string queue);
}

using Meetings.ServiceDefaults.Data;
using Microsoft.Extensions.Logging;
using RabbitMQ.Client;

namespace Meetings.ServiceDefaults.Messaging.FailedMessages;

/// <summary>What a sweep has parked: how many, and of the first few which. A sweep after an outage may find any number of them, each with its body.</summary>
internal sealed class Parked
{
    private const int Named = 5;
    private readonly List<string> _names = [];

    public int Count { get; private set; }

    public IReadOnlyList<string> Names => _names;

    public void Add(FailedMessage failed)
    {
        Count++;
        if (_names.Count < Named) _names.Add($"{failed.MessageId} ({failed.MessageType}) of {failed.Queue}");
    }
}

/// <summary>
/// Moves what was given up on from the broker into the service's table. Acknowledged only after the commit: a crash in between parks the same failure
/// again, which is known by its time and changes nothing.
/// </summary>
internal sealed partial class ParkFailedMessages(Database db, FailedQueue queue, TimeProvider clock, ILogger<ParkFailedMessages> logger)
{
    // The same message again is another failure of it (after a replay) unless it is of the same instant.
    private const string Park = """
        insert into failed_message
            (id, queue, message_id, message_type, reason, exception_type, exception_message, failed_at, content_type, headers, body)
        values
            (@id, @Queue, @MessageId, @MessageType, @Reason, @ExceptionType, @ExceptionMessage, @FailedAt, @ContentType, @Headers::jsonb, @Body)
        on conflict on constraint failed_message_one_per_queue do update set
            state = 'failed', failures = failed_message.failures + 1, leased_until = null, reason = excluded.reason, failed_at = excluded.failed_at,
            exception_type = excluded.exception_type, exception_message = excluded.exception_message, headers = excluded.headers, body = excluded.body
        where failed_message.failed_at <> excluded.failed_at
        """;

    /// <summary>Parks all that is there.</summary>
    /// <param name="parked">Counts what is new, also when not all could be parked.</param>
    /// <returns>How many are left in the queue.</returns>
    public async Task<uint> RunAsync(IChannel channel, Parked parked, CancellationToken ct)
    {
        var kept = new List<ulong>();
        try
        {
            var waiting = (await channel.QueueDeclarePassiveAsync(queue.Name, ct)).MessageCount;
            for (var left = waiting; left > 0 && await channel.BasicGetAsync(queue.Name, autoAck: false, ct) is { } taken; left--)
            {
                // Until it is parked it is the broker's.
                kept.Add(taken.DeliveryTag);
                if (!await TryParkAsync(taken, parked, ct)) continue;
                await channel.BasicAckAsync(taken.DeliveryTag, multiple: false, ct);
                kept.Remove(taken.DeliveryTag);
            }

            return (uint)kept.Count;
        }
        finally
        {
            foreach (var tag in kept.Where(_ => channel.IsOpen)) await channel.BasicNackAsync(tag, multiple: false, requeue: true, CancellationToken.None);
        }
    }

    /// <returns>False when the database takes everything but this one.</returns>
    private async Task<bool> TryParkAsync(BasicGetResult taken, Parked parked, CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        try
        {
            if (FailedMessage.Of(taken.BasicProperties, taken.Body.ToArray(), queue, now) is not { } failed) return true;

            await using var session = await db.BeginAsServiceAsync(ct);
            var rows = await session.ExecuteAsync(Park, new
            {
                id = Guid.CreateVersion7(now), failed.Queue, failed.MessageId, failed.MessageType, failed.Reason, failed.ExceptionType, failed.ExceptionMessage,
                failed.FailedAt, failed.ContentType, failed.Headers, failed.Body,
            }, ct);
            await session.CommitAsync(ct);
            if (rows == 1) parked.Add(failed);
            return true;
        }
        catch (Exception e) when (!DatabaseTrouble.IsOwn(e) && !ct.IsCancellationRequested)
        {
            LogNotParked(e, taken.BasicProperties.MessageId);
            return false;
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "The failed message {MessageId} cannot be parked; it stays on the broker")]
    private partial void LogNotParked(Exception exception, string? messageId);
}

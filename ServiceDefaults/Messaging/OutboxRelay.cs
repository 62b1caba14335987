using System.Collections.Concurrent;
using System.Diagnostics;
using Dapper;
using MassTransit;
using Meetings.ServiceDefaults.Telemetry;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Meetings.ServiceDefaults.Messaging;

/// <summary>
/// Publishes committed outbox rows: claims a batch by a lease, publishes it with all confirms outstanding at once, and deletes what was confirmed.
/// No transaction is open while the broker is waited for. A crash in between publishes again when the lease has run out, under the same id.
/// </summary>
internal sealed partial class OutboxRelay(NpgsqlDataSource db, IBusControl bus, OutboxSignal signal, TimeProvider clock, ILogger<OutboxRelay> logger) : BackgroundService
{
    private const int BatchSize = 256;

    // Long enough for a slow broker, short enough that a crash delays nobody for long.
    private static readonly TimeSpan Lease = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan Poll = TimeSpan.FromSeconds(1);

    // The database's clock: leases must not depend on whose machine is late. Ids are time-ordered, so the oldest go first.
    private const string Claim = """
        update outbox set leased_until = now() + @Lease, attempts = attempts + 1
        where id = any(array(
            select id from outbox where leased_until is null or leased_until < now()
            order by id limit @BatchSize for update skip locked))
        returning id, message_type as type, body, trace_parent
        """;

    private const string Delete = "delete from outbox where id = any(@ids)";

    // Not at once again: a message that the broker returns (nobody listens yet) must not spin.
    private const string Release = """
        update outbox set leased_until = now() + least(interval '10 seconds', interval '250 milliseconds' * (2 ^ least(attempts, 10)))
        where id = any(@ids)
        """;

    // Kinds of messages that the broker had a queue for when it was last asked.
    private readonly ConcurrentDictionary<string, bool> _routed = new();

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                // Who cannot reach the broker leaves the rows to a replica that can, rather than holding them under a lease.
                while (bus.CheckHealth().Status != BusHealthStatus.Unhealthy && await RelayBatchAsync(stoppingToken) == BatchSize)
                {
                    // A full batch: more may wait.
                }

                await signal.WaitAsync(Poll, clock, stoppingToken);
            }
            catch (Exception e) when (!stoppingToken.IsCancellationRequested)
            {
                LogFailed(e);
                await Task.Delay(Poll, clock, stoppingToken);
            }
        }
    }

    private async Task<int> RelayBatchAsync(CancellationToken ct)
    {
        await using var connection = await db.OpenConnectionAsync(ct);
        var batch = (await connection.QueryAsync<OutboxMessage>(new CommandDefinition(Claim, new { Lease, BatchSize }, cancellationToken: ct))).AsList();
        if (batch.Count == 0) return 0;
        await connection.CloseAsync();

        var confirmed = await Task.WhenAll(batch.GroupBy(message => message.Type).Select(kind => PublishAsync([.. kind], ct)));
        var sent = confirmed.SelectMany(ids => ids).ToArray();

        await connection.OpenAsync(ct);
        if (sent.Length > 0) await connection.ExecuteAsync(new CommandDefinition(Delete, new { ids = sent }, cancellationToken: ct));
        if (sent.Length < batch.Count)
        {
            var kept = batch.Select(message => message.Id).Except(sent).ToArray();
            await connection.ExecuteAsync(new CommandDefinition(Release, new { ids = kept }, cancellationToken: ct));
        }

        // What was released waits for its time; only progress asks for another round at once.
        return sent.Length;
    }

    /// <summary>
    /// All of one kind at once, when the broker is known to have a queue for it. When it is not, one message asks: at a first start a whole school may
    /// wait for the services that will listen, and sending each message to be returned helps nobody.
    /// </summary>
    /// <returns>Ids of those that were confirmed.</returns>
    private async Task<IEnumerable<Guid>> PublishAsync(IReadOnlyList<OutboxMessage> kind, CancellationToken ct)
    {
        var asking = _routed.ContainsKey(kind[0].Type) ? 0 : 1;
        if (asking == 1 && !await TryPublishAsync(kind[0], ct)) return [];

        var confirmed = await Task.WhenAll(kind.Skip(asking).Select(message => TryPublishAsync(message, ct)));
        return kind.Where((_, i) => i < asking || confirmed[i - asking]).Select(message => message.Id);
    }

    private async Task<bool> TryPublishAsync(OutboxMessage row, CancellationToken ct)
    {
        using var activity = MeetingsTelemetry.Activities.StartActivity("outbox relay", ActivityKind.Producer, row.TraceParent);
        try
        {
            var (message, contract) = row.Open();
            using var timeout = CancellationTokenSource.CreateLinkedTokenSource(ct);
            timeout.CancelAfter(Lease / 2);
            await bus.Publish(message, contract, context =>
            {
                context.MessageId = row.Id;
                // A confirmed message may have gone nowhere; mandatory makes the broker hand it back instead.
                if (context.TryGetPayload<RabbitMqSendContext>(out var rabbit)) rabbit.Mandatory = true;
            }, timeout.Token);
            _routed[row.Type] = true;
            return true;
        }
        catch (MessageReturnedException)
        {
            _routed.TryRemove(row.Type, out _);
            LogReturned(row.Id, row.Type);
            return false;
        }
        catch (Exception e) when (!ct.IsCancellationRequested)
        {
            LogNotPublished(e, row.Id, row.Type);
            return false;
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Outbox relay failed; it starts again")]
    private partial void LogFailed(Exception exception);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Nobody listens to message {MessageId} ({MessageType}); its kind stays in the outbox until somebody does")]
    private partial void LogReturned(Guid messageId, string messageType);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Message {MessageId} ({MessageType}) was not confirmed; it stays in the outbox")]
    private partial void LogNotPublished(Exception exception, Guid messageId, string messageType);
}

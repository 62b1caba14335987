using Dapper;
using MassTransit;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Meetings.ServiceDefaults.Messaging;

/// <summary>
/// Publishes committed outbox rows. What this process commits it is handed at once, already leased; what others left behind it claims in batches.
/// No transaction is open while the broker is waited for, all confirms are outstanding at once, and what was confirmed is deleted many at a time. A crash
/// in between publishes again when the lease has run out, under the same id (docs/decisions/0003 and 0011).
/// </summary>
internal sealed partial class OutboxRelay(
    NpgsqlDataSource db, IBusControl bus, OutboxHandover handover, OutboxPublisher publisher, ConfirmedMessages confirmed, TimeProvider clock, ILogger<OutboxRelay> logger)
    : BackgroundService
{
    private const int BatchSize = 256;

    private static readonly TimeSpan Poll = TimeSpan.FromSeconds(1);

    // Ids are time-ordered, so the oldest go first.
    private const string Claim = """
        update outbox set leased_until = clock_timestamp() + @Lease, attempts = attempts + 1
        where id = any(array(
            select id from outbox where leased_until is null or leased_until < clock_timestamp()
            order by id limit @BatchSize for update skip locked))
        returning id, message_type as type, body, trace_parent
        """;

    // Not at once again: a message that the broker returns (nobody listens yet) must not spin.
    private const string Postpone = """
        update outbox set leased_until = clock_timestamp() + least(interval '10 seconds', interval '250 milliseconds' * (2 ^ least(attempts, 10)))
        where id = any(@ids)
        """;

    private const string Release = "update outbox set leased_until = null where id = any(@ids)";

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // Deletes for as long as anything is confirmed: what is confirmed and not deleted is published again.
        using var published = new CancellationTokenSource();
        var deleting = confirmed.DeleteAsync(published.Token);
        await Task.WhenAll(RelayHandedAsync(stoppingToken), RelayClaimedAsync(stoppingToken));

        handover.IsOpen = false;
        await LeaveAsync();
        await published.CancelAsync();
        await deleting;
    }

    private async Task RelayHandedAsync(CancellationToken ct)
    {
        using var outstanding = new SemaphoreSlim(BatchSize);
        try
        {
            while (await handover.WaitToTakeAsync(ct))
            {
                if (!handover.IsOpen)
                {
                    await LeaveAsync();
                    continue;
                }

                await outstanding.WaitAsync(ct);
                if (handover.TryTake(out var message)) _ = RelayAsync(message);
                else outstanding.Release();
            }
        }
        catch (OperationCanceledException)
        {
            handover.IsOpen = false;
            for (var i = 0; i < BatchSize; i++) await outstanding.WaitAsync(CancellationToken.None);
        }

        async Task RelayAsync(OutboxMessage message)
        {
            try
            {
                if (await publisher.TryPublishAsync(message, ct)) confirmed.Add(message.Id);
                else if (ct.IsCancellationRequested) handover.Pass(message, leased: true);
                else await SetAsideAsync(Postpone, [message.Id]);
            }
            finally
            {
                outstanding.Release();
            }
        }
    }

    private async Task RelayClaimedAsync(CancellationToken ct)
    {
        while (!ct.IsCancellationRequested)
        {
            try
            {
                // Who cannot reach the broker leaves the rows to a replica that can, rather than holding them under a lease.
                while ((handover.IsOpen = bus.CheckHealth().Status != BusHealthStatus.Unhealthy) && await RelayBatchAsync(ct) == BatchSize)
                {
                    // A full batch: more may wait.
                }

                await handover.WaitToClaimAsync(Poll, clock, ct);
            }
            catch (Exception) when (ct.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e)
            {
                LogFailed(e);
                await Task.Delay(Poll, clock, ct).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    private async Task<int> RelayBatchAsync(CancellationToken ct)
    {
        List<OutboxMessage> batch;
        await using (var connection = await db.OpenConnectionAsync(ct))
        {
            // Not given up half-way: nobody would know what was claimed.
            batch = (await connection.QueryAsync<OutboxMessage>(Claim, new { Outbox.Lease, BatchSize })).AsList();
        }

        if (batch.Count == 0) return 0;

        var sent = (await Task.WhenAll(batch.GroupBy(message => message.Type).Select(kind => PublishAsync([.. kind], ct)))).SelectMany(ids => ids).ToHashSet();
        foreach (var id in sent) confirmed.Add(id);
        // Who stops leaves them to others.
        if (sent.Count < batch.Count)
            await SetAsideAsync(ct.IsCancellationRequested ? Release : Postpone, [.. batch.Select(message => message.Id).Where(id => !sent.Contains(id))]);

        // What was set aside waits for its time; only progress asks for another round at once.
        return sent.Count;
    }

    /// <summary>
    /// All of one kind at once, when the broker is known to have a queue for it. When it is not, one message asks: at a first start a whole school may
    /// wait for the services that will listen, and sending each message to be returned helps nobody.
    /// </summary>
    /// <returns>Ids of those that were confirmed.</returns>
    private async Task<IEnumerable<Guid>> PublishAsync(IReadOnlyList<OutboxMessage> kind, CancellationToken ct)
    {
        var asking = handover.IsRouted(kind[0].Type) ? 0 : 1;
        if (asking == 1 && !await publisher.TryPublishAsync(kind[0], ct)) return [];

        var published = await Task.WhenAll(kind.Skip(asking).Select(message => publisher.TryPublishAsync(message, ct)));
        return kind.Where((_, i) => i < asking || published[i - asking]).Select(message => message.Id);
    }

    /// <summary>Leaves what was handed over, and not published, to whoever claims it.</summary>
    private async Task LeaveAsync()
    {
        var rest = new List<Guid>();
        while (handover.TryTake(out var message)) rest.Add(message.Id);
        if (rest.Count > 0) await SetAsideAsync(Release, rest);
    }

    // Also by who stops. Failing that, whatever the reason, the lease runs out by itself.
    private async Task SetAsideAsync(string how, List<Guid> ids)
    {
        try
        {
            await using var connection = await db.OpenConnectionAsync();
            await connection.ExecuteAsync(how, new { ids = ids.ToArray() });
        }
        catch (Exception e)
        {
            LogNotSetAside(e, ids.Count);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Outbox relay failed; it starts again")]
    private partial void LogFailed(Exception exception);

    [LoggerMessage(Level = LogLevel.Information, Message = "{Count} messages stay under their lease in the outbox until it runs out")]
    private partial void LogNotSetAside(Exception exception, int count);
}

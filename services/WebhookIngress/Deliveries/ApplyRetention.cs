using Meetings.ServiceDefaults.Background;
using Meetings.ServiceDefaults.Data;
using Microsoft.Extensions.Options;

namespace Meetings.WebhookIngress.Deliveries;

/// <summary>Erases bodies and forgets deliveries whose time is over, and leaves a row that proves it.</summary>
internal sealed partial class ApplyRetention(Database db, IOptions<RetentionOptions> options, TimeProvider clock, ILogger<ApplyRetention> logger)
    : IPeriodicWork
{
    private const int BatchSize = 1000;

    // From where the last run got to: what lies before has no body left, and need not be looked at again for a year. A run by a clock that was
    // ahead does not count. Replicas may run at once; they wait for each other's rows and find them done.
    private const string Erase = """
        update delivery set body = null where id = any(array(
            select id from delivery
            where received_at >= (select coalesce(max(erased_before), '-infinity') from retention_run where erased_before <= @before)
                and received_at < @before and body is not null
            limit @BatchSize))
        """;

    private const string Forget = """
        delete from delivery where id = any(array(select id from delivery where received_at < @before limit @BatchSize))
        """;

    private const string Prove = """
        insert into retention_run (id, ran_at, erased_before, bodies_erased, forgotten_before, deliveries_forgotten)
        values (@id, @now, @erasedBefore, @erased, @forgottenBefore, @forgotten)
        """;

    public TimeSpan Every => options.Value.Interval;

    // A replica that is restarted more often than that would never come to it.
    public bool AtStart => true;

    public async Task RunAsync(CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        var (erasedBefore, forgottenBefore) = (now - options.Value.Bodies, now - options.Value.Deliveries);

        var erased = await InBatchesAsync(Erase, new { before = erasedBefore, BatchSize }, ct);
        var forgotten = await InBatchesAsync(Forget, new { before = forgottenBefore, BatchSize }, ct);

        await using var session = await db.BeginAsServiceAsync(ct);
        await session.ExecuteAsync(Prove, new { id = Guid.CreateVersion7(now), now, erasedBefore, erased, forgottenBefore, forgotten }, ct);
        await session.CommitAsync(ct);
        LogRan(erased, forgotten);
    }

    // Each batch its own transaction, so that webhooks never wait behind a night's worth of deletions.
    private async Task<long> InBatchesAsync(string sql, object args, CancellationToken ct)
    {
        var total = 0L;
        int rows;
        do
        {
            await using var session = await db.BeginAsServiceAsync(ct);
            rows = await session.ExecuteAsync(sql, args, ct);
            await session.CommitAsync(ct);
            total += rows;
        }
        while (rows == BatchSize);
        return total;
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Retention: {Erased} bodies erased, {Forgotten} deliveries forgotten")]
    private partial void LogRan(long erased, long forgotten);
}

using Meetings.ServiceDefaults.Data;
using Npgsql;

namespace Meetings.WebhookIngress.Deliveries;

/// <summary>The one writer of this process: deliveries that arrive while it commits are committed together next.</summary>
internal sealed partial class DeliveryWriter(StoreDeliveries store, ILogger<DeliveryWriter> logger) : IHostedService, IDisposable
{
    // What waits behind a batch has been told to try again long before.
    private static readonly TimeSpan BatchTimeout = TimeSpan.FromSeconds(5);

    // After a restart of the database the pool is full of dead connections. Each fails at once, and a delivery need not wait for Zoom's next try because of it.
    private const int Attempts = 4;

    private readonly GroupCommit<NewDelivery, string> _commits = new(
        (deliveries, ct) => WriteAsync(store, deliveries, logger, ct), IsOwnTrouble);

    /// <summary>Returns when the delivery is on disk, and throws when it cannot be put there.</summary>
    /// <returns>Its state, or <c>duplicate</c>.</returns>
    public Task<string> WriteAsync(NewDelivery delivery) => _commits.WriteAsync(delivery, CancellationToken.None);

    /// <summary>No delivery is to blame: the database is away, full, read-only, too slow, or we are stopping. Trying again later may help.</summary>
    public static bool IsOwnTrouble(Exception exception) =>
        DatabaseTrouble.IsOwn(exception) || exception is OperationCanceledException or GroupCommitFullException;

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        // Nothing, all the way to the disk: connection, statement and code are then warm, and the first delivery need not wait for them longer than
        // its sender does.
        await store.HandleAsync([], cancellationToken);
        await _commits.StartAsync(cancellationToken);
    }

    public Task StopAsync(CancellationToken cancellationToken) => _commits.StopAsync(cancellationToken);

    public void Dispose() => _commits.Dispose();

    private static async Task<IReadOnlyList<string>> WriteAsync(
        StoreDeliveries store, IReadOnlyList<NewDelivery> deliveries, ILogger<DeliveryWriter> logger, CancellationToken ct)
    {
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(ct);
        timeout.CancelAfter(BatchTimeout);
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await store.HandleAsync(deliveries, timeout.Token);
            }
            catch (NpgsqlException e) when (e.IsTransient && attempt < Attempts && !timeout.IsCancellationRequested)
            {
                // Even if the lost connection had committed: the same ids meet their own rows and add nothing.
                LogRetry(logger, e, deliveries.Count);
            }
            catch (Exception e)
            {
                LogFailed(logger, e, deliveries.Count);
                throw;
            }
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Storing {Count} deliveries failed; it is tried again at once")]
    private static partial void LogRetry(ILogger logger, Exception exception, int count);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Storing {Count} deliveries failed; their senders are asked to send them again")]
    private static partial void LogFailed(ILogger logger, Exception exception, int count);
}

namespace Meetings.ServiceDefaults.Data;

/// <summary>
/// How long somebody who waits for an answer is kept waiting for one piece of work of the database. Consumers and jobs wait for nobody's sake: their
/// limits are those of the connection.
/// </summary>
internal static class Patience
{
    private static readonly TimeSpan OfCallers = TimeSpan.FromSeconds(2);

    // A server that has gone silent does not answer a cancellation either, and the driver waits a minute for that.
    private static readonly TimeSpan UntilCancelled = TimeSpan.FromSeconds(0.5);

    private static readonly AsyncLocal<bool> SomebodyWaits = new();

    /// <summary>From here on, and in all that is called from here, somebody waits.</summary>
    public static void Begin() => SomebodyWaits.Value = true;

    /// <param name="work">Ends soon when it is cancelled, if the server is there.</param>
    /// <param name="abandon">Gets the work if it does not: whatever it holds is to be released when it has ended.</param>
    /// <param name="ct">Of who asks.</param>
    /// <exception cref="TimeoutException">It took longer than a caller is kept waiting. What it was to write may have been written.</exception>
    public static async Task<T> LimitAsync<T>(Func<CancellationToken, Task<T>> work, Action<Task<T>> abandon, CancellationToken ct)
    {
        if (!SomebodyWaits.Value) return await work(ct);

        using var limit = CancellationTokenSource.CreateLinkedTokenSource(ct);
        limit.CancelAfter(OfCallers);
        var running = work(limit.Token);
        try
        {
            return await running.WaitAsync(OfCallers + UntilCancelled, CancellationToken.None);
        }
        catch (TimeoutException) when (!running.IsCompleted)
        {
            abandon(running);
            throw;
        }
        catch (OperationCanceledException e) when (limit.IsCancellationRequested && !ct.IsCancellationRequested)
        {
            throw new TimeoutException("The database did not answer in time.", e);
        }
    }
}

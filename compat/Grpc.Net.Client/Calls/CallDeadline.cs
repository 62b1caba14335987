namespace Grpc.Net.Client.Calls;

/// <summary>Runs something when a moment has come, however far off it is.</summary>
internal sealed class CallDeadline : IDisposable
{
    private static readonly TimeSpan LongestWait = TimeSpan.FromDays(24);

    private readonly DateTime _deadline;
    private readonly Action _expired;
    private readonly Timer _timer;

    private CallDeadline(DateTime deadline, Action expired)
    {
        _deadline = deadline;
        _expired = expired;
        _timer = new Timer(static state => ((CallDeadline)state!).Tick(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    public static CallDeadline Start(DateTime deadline, Action expired)
    {
        var started = new CallDeadline(deadline, expired);
        started.Wait();
        return started;
    }

    public void Dispose() => _timer.Dispose();

    private void Tick()
    {
        // Timers may come a little early, and a wait is no longer than they can count.
        if (DateTime.UtcNow < _deadline) Wait();
        else _expired();
    }

    private void Wait()
    {
        var wait = _deadline - DateTime.UtcNow;
        if (wait > LongestWait) wait = LongestWait;
        if (wait < TimeSpan.FromMilliseconds(1)) wait = TimeSpan.FromMilliseconds(1);
        try
        {
            _timer.Change(wait, Timeout.InfiniteTimeSpan);
        }
        catch (ObjectDisposedException)
        {
            // The call ended while the timer ticked: there is nothing to wait for.
        }
    }
}

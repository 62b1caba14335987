namespace Meetings.Attendance.Calculation;

/// <summary>Wakes this process's finaliser when work falls due. What a lost signal would have told, its poll finds.</summary>
internal sealed class CalculationSignal(TimeProvider clock)
{
    private readonly Lock _lock = new();
    private DateTimeOffset _next = DateTimeOffset.MaxValue;
    private TaskCompletionSource _earlier = NewSource();

    /// <summary>There is work from this time on.</summary>
    public void WakeAt(DateTimeOffset due)
    {
        lock (_lock)
        {
            if (due >= _next) return;
            _next = due;
            _earlier.TrySetResult();
        }
    }

    /// <summary>Returns when work is due, or after <paramref name="poll"/>.</summary>
    public async Task WaitAsync(TimeSpan poll, CancellationToken ct)
    {
        var deadline = clock.GetUtcNow() + poll;
        while (true)
        {
            Task earlier;
            TimeSpan wait;
            lock (_lock)
            {
                var now = clock.GetUtcNow();
                var until = _next < deadline ? _next : deadline;
                wait = until - now;
                if (wait <= TimeSpan.Zero)
                {
                    if (_next <= now) _next = DateTimeOffset.MaxValue;
                    return;
                }

                if (_earlier.Task.IsCompleted) _earlier = NewSource();
                earlier = _earlier.Task;
            }

            using var done = CancellationTokenSource.CreateLinkedTokenSource(ct);
            await Task.WhenAny(earlier, Task.Delay(wait, clock, done.Token));
            await done.CancelAsync();
            ct.ThrowIfCancellationRequested();
        }
    }

    private static TaskCompletionSource NewSource() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}

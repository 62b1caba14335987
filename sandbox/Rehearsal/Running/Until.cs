namespace Meetings.Rehearsal.Running;

/// <summary>Asks again until an answer is the wanted one.</summary>
internal sealed class Until(TimeSpan patience, TimeProvider clock)
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(200);

    /// <summary>The wanted answer; a loud end when it never comes.</summary>
    public async Task<T> HoldsAsync<T>(Func<CancellationToken, Task<T>> ask, Func<T, bool> wanted, Func<T, string> complaint, CancellationToken ct)
    {
        var answer = await LastAsync(ask, wanted, ct);
        return wanted(answer) ? answer : throw new PlayFailure(ExitCode.TimedOut, $"{complaint(answer)} after {patience.TotalSeconds:0} seconds.");
    }

    /// <summary>The wanted answer, or the last one when patience ends. A service that is being restarted is waited for.</summary>
    public async Task<T> LastAsync<T>(Func<CancellationToken, Task<T>> ask, Func<T, bool> wanted, CancellationToken ct)
    {
        var began = clock.GetTimestamp();
        using var timer = new PeriodicTimer(Interval, clock);
        while (true)
        {
            try
            {
                var answer = await ask(ct);
                if (wanted(answer) || clock.GetElapsedTime(began) > patience) return answer;
            }
            catch (MomentarilyUnavailable) when (clock.GetElapsedTime(began) <= patience)
            {
                // Asked again.
            }

            await timer.WaitForNextTickAsync(ct);
        }
    }
}

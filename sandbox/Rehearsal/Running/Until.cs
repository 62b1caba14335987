namespace Meetings.Rehearsal.Running;

/// <summary>Asks again until an answer is the wanted one, and says so when it never is.</summary>
internal static class Until
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(200);

    public static async Task<T> HoldsAsync<T>(
        Func<CancellationToken, Task<T>> ask, Func<T, bool> wanted, Func<T, string> complaint, TimeProvider clock, CancellationToken ct)
    {
        var began = clock.GetTimestamp();
        using var timer = new PeriodicTimer(Interval, clock);
        while (true)
        {
            var answer = await ask(ct);
            if (wanted(answer)) return answer;
            if (clock.GetElapsedTime(began) > Patience)
            {
                throw new PlayFailure(ExitCode.TimedOut, $"{complaint(answer)} after {Patience.TotalSeconds:0} seconds.");
            }

            await timer.WaitForNextTickAsync(ct);
        }
    }
}

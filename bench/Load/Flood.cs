using System.Diagnostics;

namespace Meetings.Bench.Load;

/// <summary>Closed loop: each connection sends its next request when the last is answered.</summary>
internal static class Flood
{
    // Made before the clock starts: what it costs to write and sign them is the senders' affair.
    private const int Prepared = 60_000;

    /// <returns>Requests that were answered as expected, per second.</returns>
    /// <exception cref="InvalidOperationException">Some answer was not the expected one: such a run measures nothing.</exception>
    public static async Task<(double PerSecond, long Answered)> RunAsync(
        Uri target, int connections, TimeSpan duration, int expected, Func<long, byte[]> request, CancellationToken ct)
    {
        long next = 0, answered = 0, unexpected = 0;
        var requests = new byte[Prepared][];
        for (var i = 0; i < Prepared; i++) requests[i] = request(i + 1);
        var watch = Stopwatch.StartNew();
        await Task.WhenAll(Enumerable.Range(0, connections).Select(_ => Task.Run(async () =>
        {
            using var connection = await RawConnection.OpenAsync(target, ct);
            while (watch.Elapsed < duration)
            {
                var at = Interlocked.Increment(ref next);
                var status = await connection.SendAsync(at <= Prepared ? requests[at - 1] : request(at), ct);
                if (status == expected) Interlocked.Increment(ref answered);
                else Interlocked.Increment(ref unexpected);
            }
        }, ct)));
        if (unexpected > 0) throw new InvalidOperationException($"{unexpected} answers were not {expected}.");
        return (answered / watch.Elapsed.TotalSeconds, answered);
    }
}

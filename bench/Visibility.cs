using System.Diagnostics;
using Meetings.Bench.Load;

namespace Meetings.Bench;

/// <summary>From a webhook's first byte to the <c>GET attendance</c> that shows it, while an open loop keeps a fixed rate going.</summary>
internal static class Visibility
{
    // A school looks at a sheet now and then; looking without a pause would be the load that is measured.
    private static readonly TimeSpan BetweenProbes = TimeSpan.FromMilliseconds(50);

    /// <param name="P50">Milliseconds from the webhook to the first read that shows it, when that was begun: it was visible then; so are P99 and Max.</param>
    /// <param name="SeenP50">And to that read's answer; so is SeenP99.</param>
    /// <param name="Read">A read's own time, at the median: what anybody waits who looks at a sheet, and how exactly this is measured.</param>
    public sealed record Result(double P50, double P99, double Max, double SeenP50, double SeenP99, double Read, int Probes, double Rate, IReadOnlyDictionary<string, double> CpuMillisecondsPerEvent, int Missed);

    public static async Task<Result> MeasureAsync(
        Teacher teacher, Uri webhooks, Func<Teacher.Lesson, ZoomWebhooks> of, IReadOnlyList<Teacher.Lesson> crowd, IReadOnlyList<Teacher.Lesson> probes, int perSecond, CancellationToken ct)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(ct);
        var before = ProcessTable.Read();
        var watch = Stopwatch.StartNew();
        var load = OpenLoopAsync(webhooks, crowd.Select(of).ToArray(), perSecond, over.Token);

        var latencies = new List<double>();
        var seen = new List<double>();
        var reads = new List<double>();
        using var connection = await RawConnection.OpenAsync(webhooks, ct);
        foreach (var lesson in probes)
        {
            var zoom = of(lesson);
            for (var student = 1; student <= 40; student++)
            {
                var request = zoom.Joined(student, DateTimeOffset.UtcNow, $"student{student:00}@{Teacher.Students}");
                var sent = Stopwatch.GetTimestamp();
                if (await connection.SendAsync(request, ct) != 200) throw new InvalidOperationException("A probe was refused.");
                while (!await IsVisibleAsync(lesson, student))
                {
                    await Task.Delay(TimeSpan.FromMilliseconds(1), ct);
                    if (Stopwatch.GetElapsedTime(sent) > TimeSpan.FromSeconds(20)) throw new TimeoutException("A probe never became visible.");
                }

                seen.Add(Stopwatch.GetElapsedTime(sent).TotalMilliseconds);
                latencies.Add(seen[^1] - reads[^1]);
                await Task.Delay(BetweenProbes, ct);
            }
        }

        await over.CancelAsync();
        var (sentEvents, missed) = await load;
        var seconds = watch.Elapsed.TotalSeconds;
        var after = ProcessTable.Read();
        foreach (var list in (List<double>[])[latencies, seen, reads]) list.Sort();
        var events = sentEvents + latencies.Count;
        return new Result(
            latencies[latencies.Count / 2], latencies[latencies.Count * 99 / 100], latencies[^1], seen[seen.Count / 2], seen[seen.Count * 99 / 100], reads[reads.Count / 2], latencies.Count, events / seconds,
            after.ToDictionary(p => p.Key, p => (p.Value.CpuSeconds - (before.TryGetValue(p.Key, out var was) ? was.CpuSeconds : 0)) * 1000 / events), missed);

        async Task<bool> IsVisibleAsync(Teacher.Lesson lesson, int students)
        {
            var asked = Stopwatch.GetTimestamp();
            var arrived = await teacher.ArrivedAsync(lesson, ct);
            reads.Add(Stopwatch.GetElapsedTime(asked).TotalMilliseconds);
            return arrived >= students;
        }
    }

    /// <summary>Sends by the clock and not by the answers: what is slow does not slow the sender down.</summary>
    private static async Task<(int Sent, int Missed)> OpenLoopAsync(Uri target, ZoomWebhooks[] meetings, int perSecond, CancellationToken ct)
    {
        const int Connections = 16;
        var idle = new System.Collections.Concurrent.ConcurrentBag<RawConnection>();
        for (var i = 0; i < Connections; i++) idle.Add(await RawConnection.OpenAsync(target, CancellationToken.None));
        var started = Stopwatch.GetTimestamp();
        var sent = 0;
        var missed = 0;
        var under = new List<Task>();
        while (!ct.IsCancellationRequested)
        {
            for (var due = (int)(Stopwatch.GetElapsedTime(started).TotalSeconds * perSecond); sent < due; sent++)
            {
                if (!idle.TryTake(out var connection))
                {
                    missed++;
                    continue;
                }

                var number = sent + 1_000_000;
                under.Add(SendAsync(connection, meetings[sent % meetings.Length].Joined(number, DateTimeOffset.UtcNow)));
            }

            under.RemoveAll(task => task.IsCompletedSuccessfully);
            await Task.Delay(1, CancellationToken.None);
        }

        await Task.WhenAll(under);
        foreach (var connection in idle) connection.Dispose();
        return (sent - missed, missed);

        async Task SendAsync(RawConnection connection, byte[] request)
        {
            if (await connection.SendAsync(request, CancellationToken.None) != 200) throw new InvalidOperationException("The load was refused.");
            idle.Add(connection);
        }
    }
}

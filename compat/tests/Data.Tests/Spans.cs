using System.Collections.Concurrent;
using System.Diagnostics;
using OpenTelemetry;

namespace Compat.Data.Tests;

/// <summary>The spans that ended.</summary>
internal sealed class Spans : BaseProcessor<Activity>
{
    private readonly ConcurrentQueue<Activity> _ended = new();

    public IReadOnlyList<Activity> Ended => [.. _ended];

    public override void OnEnd(Activity data) => _ended.Enqueue(data);

    public Activity Wait(Func<Activity, bool> predicate)
    {
        Activity? found = null;
        return SpinWait.SpinUntil(() => (found = _ended.FirstOrDefault(predicate)) is not null, TimeSpan.FromSeconds(20))
            ? found!
            : throw new TimeoutException($"No such span within 20 s; there are: {string.Join(", ", _ended.Select(span => span.DisplayName))}");
    }
}

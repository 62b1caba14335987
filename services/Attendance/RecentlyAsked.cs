using System.Collections.Concurrent;

namespace Meetings.Attendance;

/// <summary>Remembers for a while what was asked, so that an answer of "nobody" is not asked for with every read.</summary>
internal sealed class RecentlyAsked<T>(TimeSpan notAgainFor, int most, TimeProvider clock)
    where T : notnull
{
    private readonly ConcurrentDictionary<T, DateTimeOffset> _asked = new();

    /// <summary>True when it was not asked of late, and is now taken as asked.</summary>
    public bool TryAsk(T question)
    {
        var now = clock.GetUtcNow();
        if (_asked.TryGetValue(question, out var last) && now - last < notAgainFor) return false;
        // Full of questions: forgetting all costs one more of each, and keeps the memory bounded.
        if (_asked.Count >= most) _asked.Clear();
        _asked[question] = now;
        return true;
    }

    /// <summary>The question was not answered at all: it may be asked again at once.</summary>
    public void Forget(T question) => _asked.TryRemove(question, out _);
}

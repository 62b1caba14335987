namespace Meetings.ZoomSandbox.Limits;

/// <summary>Limits per person and UTC day: meetings of a host, attempts with a registrant.</summary>
internal sealed class DailyCounters(TimeProvider clock)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, int> _counts = [];
    private DateOnly _day;

    /// <summary>Counts one, unless the limit is reached.</summary>
    public bool TryTake(string key, int limit)
    {
        var today = DateOnly.FromDateTime(clock.GetUtcNow().UtcDateTime);
        lock (_gate)
        {
            if (_day != today)
            {
                _counts.Clear();
                _day = today;
            }

            var count = _counts.GetValueOrDefault(key);
            if (count >= limit) return false;

            _counts[key] = count + 1;
            return true;
        }
    }

    public void Clear()
    {
        lock (_gate)
        {
            _counts.Clear();
        }
    }
}

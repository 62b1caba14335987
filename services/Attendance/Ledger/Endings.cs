namespace Meetings.Attendance.Ledger;

/// <summary>What can close a stay whose leave nobody told: the report, the end of the sitting, the end of the window. Never age while it runs.</summary>
public sealed class Endings
{
    private static readonly TimeSpan LastResort = TimeSpan.FromMinutes(30);

    private readonly Lesson _lesson;
    private readonly DateTimeOffset _asOf;
    private readonly bool _final;
    private readonly Dictionary<string, List<DateTimeOffset>> _sittings = [];
    private readonly Dictionary<(string Sitting, string Session), List<DateTimeOffset>> _reported = [];

    public Endings(Lesson lesson, IEnumerable<Fact> facts, DateTimeOffset asOf, bool final)
    {
        (_lesson, _asOf, _final) = (lesson, asOf, final);
        foreach (var fact in facts)
        {
            if (!lesson.IsPlausible(fact.At)) continue;
            if (fact.Kind == FactKind.SittingEnded) Add(_sittings, fact.Sitting, fact.At);
            else if (fact is { Kind: FactKind.Left, Source: FactSource.Report, Who.SessionNumber: { } session }) Add(_reported, (fact.Sitting, session), fact.At);
        }
    }

    public bool IsOver(string sitting) => _final || _sittings.ContainsKey(sitting);

    /// <summary>Ends what began at <paramref name="from"/> by the earliest evidence not before it; while the sitting runs it lasts until now.</summary>
    public Stay Close(Connection connection, DateTimeOffset from)
    {
        var best = new Stay(from, DateTimeOffset.MaxValue, ClosedBy.Open);
        if (connection.Session is { } session && _reported.TryGetValue((connection.Sitting, session), out var leaves))
            best = Earliest(best, from, leaves, ClosedBy.Report);
        if (_sittings.TryGetValue(connection.Sitting, out var ends))
            best = Earliest(best, from, ends, ClosedBy.SittingEnd);

        var over = IsOver(connection.Sitting);
        if (over && _lesson.HasWindow && _lesson.EndsAt >= from && _lesson.EndsAt < best.To) best = new Stay(from, _lesson.EndsAt, ClosedBy.WindowEnd);
        if (best.ClosedBy != ClosedBy.Open) return best;

        var now = _asOf > from ? _asOf : from;
        if (!over) return new Stay(from, now, ClosedBy.Open);
        return new Stay(from, now - from > LastResort ? from + LastResort : now, ClosedBy.ThirtyMinutes);
    }

    private static Stay Earliest(Stay best, DateTimeOffset from, List<DateTimeOffset> ends, ClosedBy by)
    {
        foreach (var end in ends)
        {
            if (end >= from && end < best.To) best = new Stay(from, end, by);
        }

        return best;
    }

    private static void Add<TKey>(Dictionary<TKey, List<DateTimeOffset>> all, TKey key, DateTimeOffset at)
        where TKey : notnull
    {
        if (!all.TryGetValue(key, out var list)) all[key] = list = [];
        list.Add(at);
    }
}

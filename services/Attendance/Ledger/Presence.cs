namespace Meetings.Attendance.Ledger;

/// <summary>A person's time in a lesson, over all their connections: two devices count once, short drops do not count as leaving.</summary>
/// <param name="Stays">As they were, early time and overtime included, drops of under two minutes closed unless they were spent waiting.</param>
/// <param name="Counted">Inside the window, exact: seconds are cut off only to show.</param>
/// <param name="Early">Before the window: shown, not counted.</param>
/// <param name="Over">After the window: shown, not counted.</param>
/// <param name="Waiting">In the waiting room: shown, not counted.</param>
/// <param name="Confirmed">The part of <paramref name="Counted"/> of which the provider told both ends.</param>
/// <param name="IsOpen">Still in the meeting, as far as is known.</param>
public sealed record Presence(
    IReadOnlyList<Stay> Stays, TimeSpan Counted, TimeSpan Early, TimeSpan Over, TimeSpan Waiting, TimeSpan Confirmed, bool IsOpen)
{
    /// <summary>A drop of the connection shorter than this is a reconnect. Who waits outside meanwhile has not dropped: waiting never counts.</summary>
    public static readonly TimeSpan Reconnect = TimeSpan.FromMinutes(2);

    public static readonly Presence None = new([], TimeSpan.Zero, TimeSpan.Zero, TimeSpan.Zero, TimeSpan.Zero, TimeSpan.Zero, false);

    /// <summary>The actual first join, also when it was before the window.</summary>
    public DateTimeOffset? FirstJoinAt => Stays.Count > 0 ? Stays[0].From : null;

    /// <summary>The actual last leave, also when it was after the window; null while still in the meeting.</summary>
    public DateTimeOffset? LastLeaveAt => Stays.Count > 0 && !IsOpen ? Stays[^1].To : null;

    public int JoinCount => Stays.Count;

    public int LeaveCount => IsOpen ? Stays.Count - 1 : Stays.Count;

    public long Seconds => Counted.Ticks / TimeSpan.TicksPerSecond;

    /// <summary>The union of stays, clipped to the lesson.</summary>
    /// <param name="stays">In any order.</param>
    /// <param name="waits">In any order.</param>
    public static Presence Of(Lesson lesson, IReadOnlyCollection<Stay> stays, IReadOnlyCollection<Wait> waits)
    {
        var merged = Union(stays, Reconnect, waits);
        var (counted, early, over) = Clip(lesson, merged);
        // Of a drop nobody told that they were in: it counts, and is not confirmed.
        var confirmed = Clip(lesson, Union(stays.Where(stay => stay.IsConfirmed), TimeSpan.Zero, [])).Counted;
        var waiting = new TimeSpan(waits.Sum(wait => wait.Length.Ticks));
        return new Presence(merged, counted, early, over, waiting, confirmed, stays.Any(stay => stay.ClosedBy == ClosedBy.Open));
    }

    private static (TimeSpan Counted, TimeSpan Early, TimeSpan Over) Clip(Lesson lesson, List<Stay> merged)
    {
        var (counted, early, over) = (TimeSpan.Zero, TimeSpan.Zero, TimeSpan.Zero);
        foreach (var stay in merged)
        {
            if (!lesson.HasWindow)
            {
                counted += stay.Length;
                continue;
            }

            early += Overlap(stay, DateTimeOffset.MinValue, lesson.StartsAt);
            counted += Overlap(stay, lesson.StartsAt, lesson.EndsAt);
            over += Overlap(stay, lesson.EndsAt, DateTimeOffset.MaxValue);
        }

        return (counted, early, over);
    }

    private static List<Stay> Union(IEnumerable<Stay> stays, TimeSpan reconnect, IEnumerable<Wait> waits)
    {
        var merged = new List<Stay>();
        Wait[] outside = [.. waits.OrderBy(wait => wait.From)];
        var next = 0;
        foreach (var stay in stays.OrderBy(stay => stay.From).ThenBy(stay => stay.To).ThenBy(stay => stay.ClosedBy))
        {
            // Who comes in waits no longer, on whatever device and whatever was told of the other: only what began since the stay before counts.
            // How long it was is not asked: who was put back and gave up at once did not drop either.
            var left = merged.Count > 0 ? merged[^1].To : DateTimeOffset.MaxValue;
            var waited = false;
            for (; next < outside.Length && outside[next].From < stay.From; next++) waited |= outside[next].To > left || outside[next].From >= left;

            if (stay.From <= left ? merged.Count > 0 : stay.From - left < reconnect && !waited)
            {
                // Which of two devices left last decides how it ended; of equals the better evidence.
                var last = merged[^1];
                var later = stay.To > last.To || (stay.To == last.To && stay.ClosedBy < last.ClosedBy);
                merged[^1] = later ? new Stay(last.From, stay.To, stay.ClosedBy) : last;
            }
            else
            {
                merged.Add(stay);
            }
        }

        return merged;
    }

    private static TimeSpan Overlap(Stay stay, DateTimeOffset from, DateTimeOffset to)
    {
        var start = stay.From > from ? stay.From : from;
        var end = stay.To < to ? stay.To : to;
        return end > start ? end - start : TimeSpan.Zero;
    }
}

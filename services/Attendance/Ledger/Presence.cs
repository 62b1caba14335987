namespace Meetings.Attendance.Ledger;

/// <summary>A person's time in a lesson, over all their connections: two devices count once, short drops do not count as leaving.</summary>
/// <param name="Stays">As they were, early time and overtime included, drops of under two minutes closed.</param>
/// <param name="Counted">Inside the window, exact: seconds are cut off only to show.</param>
/// <param name="Early">Before the window: shown, not counted.</param>
/// <param name="Over">After the window: shown, not counted.</param>
/// <param name="Waiting">In the waiting room: shown, not counted.</param>
/// <param name="Confirmed">The part of <paramref name="Counted"/> of which the provider told both ends.</param>
/// <param name="IsOpen">Still in the meeting, as far as is known.</param>
public sealed record Presence(
    IReadOnlyList<Stay> Stays, TimeSpan Counted, TimeSpan Early, TimeSpan Over, TimeSpan Waiting, TimeSpan Confirmed, bool IsOpen)
{
    /// <summary>A drop shorter than this is a reconnect.</summary>
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
    public static Presence Of(Lesson lesson, IReadOnlyCollection<Stay> stays, TimeSpan waiting)
    {
        var merged = Union(stays, Reconnect);
        var (counted, early, over) = Clip(lesson, merged);
        var confirmed = Clip(lesson, Union(stays.Where(stay => stay.IsConfirmed), Reconnect)).Counted;
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

    private static List<Stay> Union(IEnumerable<Stay> stays, TimeSpan reconnect)
    {
        var merged = new List<Stay>();
        foreach (var stay in stays.OrderBy(stay => stay.From).ThenBy(stay => stay.To).ThenBy(stay => stay.ClosedBy))
        {
            if (merged.Count > 0 && stay.From - merged[^1].To < reconnect)
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

namespace Meetings.Attendance.Policies;

public enum PolicyMode
{
    /// <summary>Thresholds are minutes in the lesson, whatever its length.</summary>
    Minutes,

    /// <summary>Thresholds are parts of the lesson's planned length.</summary>
    Percent,
}

/// <summary>
/// A version of the rules by which presence becomes a mark. A document: changed rules are a new version, and a record names the one it was made by.
/// </summary>
/// <param name="Present">From here on present: whole seconds, or hundredths of a percent.</param>
/// <param name="Partial">From here on partial, less is absent: whole seconds, or hundredths of a percent. In minutes mode 0 means anything above nothing.</param>
/// <param name="Grace">Who is present but first joined later than this after the start is late; null when lateness is not marked.</param>
public sealed record AttendancePolicy(string Name, int Version, PolicyMode Mode, long Present, long Partial, TimeSpan? Grace)
{
    private const long Whole = 100_00;

    /// <summary>The mark for a presence. Integers throughout: 79.99 % is not 80 %, whatever a double makes of it.</summary>
    /// <param name="counted">Time inside the lesson's window.</param>
    /// <param name="planned">Planned length; zero or less gives no percentage and, in percent mode, no presence.</param>
    /// <param name="firstJoinAt">The actual first join; null for who never came.</param>
    public AttendanceStatus Decide(TimeSpan counted, TimeSpan planned, DateTimeOffset startsAt, DateTimeOffset? firstJoinAt)
    {
        if (firstJoinAt is not { } joined || counted <= TimeSpan.Zero || !Reaches(Partial, counted, planned)) return AttendanceStatus.Absent;
        if (!Reaches(Present, counted, planned)) return AttendanceStatus.Partial;
        return Grace is { } grace && joined > startsAt + grace ? AttendanceStatus.Late : AttendanceStatus.Present;
    }

    /// <summary>Of the planned length, 0 to 100, two decimals, cut off: what is shown never reaches a threshold that was missed.</summary>
    public static decimal Percentage(TimeSpan counted, TimeSpan planned) => Hundredths(counted, planned) / 100m;

    public override string ToString() => $"{Name} v{Version}";

    private bool Reaches(long threshold, TimeSpan counted, TimeSpan planned) => Mode switch
    {
        PolicyMode.Minutes => counted.Ticks >= threshold * TimeSpan.TicksPerSecond,
        PolicyMode.Percent => planned > TimeSpan.Zero && (Int128)counted.Ticks * Whole >= (Int128)threshold * planned.Ticks,
        _ => throw new InvalidOperationException($"Policy {this} has no mode."),
    };

    private static long Hundredths(TimeSpan counted, TimeSpan planned) =>
        planned <= TimeSpan.Zero || counted <= TimeSpan.Zero ? 0 : (long)Int128.Min(Whole, (Int128)counted.Ticks * Whole / planned.Ticks);
}

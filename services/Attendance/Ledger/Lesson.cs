namespace Meetings.Attendance.Ledger;

/// <summary>One planned date of a meeting: presence counts in [StartsAt, EndsAt).</summary>
/// <param name="Duration">Planned length; zero for an instant meeting, which has no window.</param>
/// <param name="Zone">The academy's: its dates are the dates of lessons.</param>
public sealed record Lesson(Guid OccurrenceId, DateTimeOffset StartsAt, TimeSpan Duration, TimeZoneInfo Zone)
{
    /// <summary>Nobody is in a class a day before it starts: a join told as older is a broken clock, not presence.</summary>
    private static readonly TimeSpan Implausible = TimeSpan.FromHours(24);

    public DateTimeOffset EndsAt => StartsAt + Duration;

    /// <summary>False for an instant meeting: there is nothing to clip to and no planned end.</summary>
    public bool HasWindow => Duration > TimeSpan.Zero;

    /// <summary>The academy's local date: 07:30 in Manila is not yesterday.</summary>
    public DateOnly Date => DateOnly.FromDateTime(Local(StartsAt).DateTime);

    public DateTimeOffset Local(DateTimeOffset instant) => TimeZoneInfo.ConvertTime(instant, Zone);

    /// <summary>Whether a fact of this time can belong to this lesson at all.</summary>
    public bool IsPlausible(DateTimeOffset at) => at >= StartsAt - Implausible && at.Year < 9999;
}

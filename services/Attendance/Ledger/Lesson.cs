namespace Meetings.Attendance.Ledger;

/// <summary>One planned date of a meeting: presence counts in [StartsAt, EndsAt).</summary>
/// <param name="Duration">Planned length; zero for an instant meeting, which has no window.</param>
/// <param name="Zone">The academy's: its dates are the dates of lessons.</param>
public sealed record Lesson(Guid OccurrenceId, DateTimeOffset StartsAt, TimeSpan Duration, TimeZoneInfo Zone)
{
    // Nobody is in a class a day before it starts, and a class that was put off is held within the month: what is told as older or later was
    // told by a broken clock, and is neither presence nor an end.
    private static readonly TimeSpan EarliestBefore = TimeSpan.FromHours(24);
    private static readonly TimeSpan LatestAfter = TimeSpan.FromDays(30);

    public DateTimeOffset EndsAt => StartsAt + Duration;

    /// <summary>False for an instant meeting: there is nothing to clip to and no planned end.</summary>
    public bool HasWindow => Duration > TimeSpan.Zero;

    /// <summary>The academy's local date: 07:30 in Manila is not yesterday.</summary>
    public DateOnly Date => DateOnly.FromDateTime(Local(StartsAt).DateTime);

    public DateTimeOffset Local(DateTimeOffset instant) => TimeZoneInfo.ConvertTime(instant, Zone);

    /// <summary>Whether a fact of this time can belong to this lesson at all.</summary>
    public bool IsPlausible(DateTimeOffset at) => at >= StartsAt - EarliestBefore && at <= EndsAt + LatestAfter;
}

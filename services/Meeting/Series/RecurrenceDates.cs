namespace Meetings.Meeting.Series;

/// <summary>
/// When the lessons of a series are. They keep their time of day where the series is planned, through daylight saving: a time that the clocks skip is as much
/// later as they are put forward, and of a time that comes twice the first is meant.
/// </summary>
internal static class RecurrenceDates
{
    // A rule that hits one day in four years and wants hundreds of them is a mistake.
    private const int MaxYears = 10;

    /// <param name="rule">The rule.</param>
    /// <param name="startsAt">From when on; the first date is the first that the rule means, which may be later.</param>
    /// <param name="zone">Where the series is planned.</param>
    /// <param name="except">Days there on which there is no lesson although the rule means them. They count for COUNT.</param>
    /// <param name="error">What is wrong when there is nothing.</param>
    /// <returns>In order, each once, at least one; empty with an error.</returns>
    public static IReadOnlyList<DateTimeOffset> Of(
        RecurrenceRule rule, DateTimeOffset startsAt, TimeZoneInfo zone, IReadOnlyCollection<DateOnly> except, out string? error)
    {
        error = null;
        var local = TimeZoneInfo.ConvertTime(startsAt, zone).DateTime;
        var (first, time) = (DateOnly.FromDateTime(local), TimeOnly.FromDateTime(local));
        var last = first.Year > DateOnly.MaxValue.Year - MaxYears ? DateOnly.MaxValue : first.AddYears(MaxYears);
        var dates = new List<DateTimeOffset>();
        var counted = 0;
        foreach (var day in rule.DaysFrom(first).TakeWhile(day => day <= last))
        {
            var at = At(day, time, zone);
            if (IsPast(rule, day, at)) break;
            if (++counted > RecurrenceRule.MaxDates)
            {
                error = $"Must not mean more than {RecurrenceRule.MaxDates} dates.";
                return [];
            }

            if (!except.Contains(day)) dates.Add(at);
            if (counted == rule.Count) break;
        }

        if (dates.Count == 0) error = "Must mean at least one date.";
        else if (rule.Count is { } wanted && counted < wanted) error = $"Must come to its end within {MaxYears} years.";
        return error is null ? dates : [];
    }

    /// <summary>That time of that day, there.</summary>
    public static DateTimeOffset At(DateOnly day, TimeOnly time, TimeZoneInfo zone)
    {
        var local = day.ToDateTime(time);
        if (zone.IsInvalidTime(local)) return new DateTimeOffset(local, zone.GetUtcOffset(local.AddDays(-1))).ToUniversalTime();
        var offset = zone.IsAmbiguousTime(local) ? zone.GetAmbiguousTimeOffsets(local).Max() : zone.GetUtcOffset(local);
        return new DateTimeOffset(local, offset).ToUniversalTime();
    }

    public static DateOnly DayOf(DateTimeOffset at, TimeZoneInfo zone) => DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(at, zone).DateTime);

    private static bool IsPast(RecurrenceRule rule, DateOnly day, DateTimeOffset at) => rule.Until is { } until
        && (rule.UntilIsUtc ? at.UtcDateTime > until : day > DateOnly.FromDateTime(until));
}

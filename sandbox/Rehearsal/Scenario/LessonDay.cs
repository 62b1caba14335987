namespace Meetings.Rehearsal.Scenario;

/// <summary>The day on which the class is held, and its instants.</summary>
internal sealed class LessonDay(DateOnly date)
{
    private static readonly TimeZoneInfo Zone = TimeZoneInfo.FindSystemTimeZoneById(ClassOfForty.TimeZone);

    public DateTimeOffset StartsAt => At(ClassOfForty.Starts);

    public static int Minutes => (int)(ClassOfForty.Ends - ClassOfForty.Starts).TotalMinutes;

    /// <summary>The latest day on which the class would be over by now, so that two runs on one day show the same times.</summary>
    public static LessonDay Latest(DateTimeOffset now)
    {
        var local = Local(now);
        var today = DateOnly.FromDateTime(local.DateTime);
        return new LessonDay(TimeOnly.FromDateTime(local.DateTime) > ClassOfForty.Closed ? today : today.AddDays(-1));
    }

    public DateTimeOffset At(TimeOnly time)
    {
        var local = date.ToDateTime(time);
        return new DateTimeOffset(local, Zone.GetUtcOffset(local));
    }

    public static DateTimeOffset Local(DateTimeOffset instant) => TimeZoneInfo.ConvertTime(instant, Zone);
}

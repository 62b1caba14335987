namespace Meetings.Meeting.Automation;

/// <summary>Whether a lesson's room is to be opened by the job now, or why not.</summary>
internal enum CreationVerdict
{
    Due,

    /// <summary>The academy opens none ahead.</summary>
    SwitchedOff,

    /// <summary>It starts on a day that the academy has blocked.</summary>
    BlockedDay,

    /// <summary>Not within two hours, or earlier than the academy wants it.</summary>
    TooEarly,

    /// <summary>It has begun: whoever comes opens it.</summary>
    Begun,

    /// <summary>Not at this time of day.</summary>
    OutsideWindow,
}

/// <summary>When rooms are opened ahead of lessons (ACCEPTANCE S3-04). All of it in the academy's time zone.</summary>
internal static class CreationDecision
{
    /// <summary>No lesson is looked at earlier, whatever an academy wants.</summary>
    public static readonly TimeSpan Horizon = TimeSpan.FromHours(2);

    /// <param name="settings">The academy's.</param>
    /// <param name="zone">The academy's.</param>
    /// <param name="startsAt">The lesson's start. The day that may be blocked is the day on which it starts, also when its room is opened the evening before.</param>
    /// <param name="now">The window is about the time at which rooms are opened.</param>
    public static CreationVerdict Of(VideoSettings settings, TimeZoneInfo zone, DateTimeOffset startsAt, DateTimeOffset now)
    {
        if (!settings.AutoCreateMeetings) return CreationVerdict.SwitchedOff;
        if (startsAt < now) return CreationVerdict.Begun;
        if (settings.CreationBlockedDays.Contains(TimeZoneInfo.ConvertTime(startsAt, zone).DayOfWeek)) return CreationVerdict.BlockedDay;
        if (startsAt > now + Horizon || now < startsAt.AddMinutes(-settings.CreationMinutesBefore)) return CreationVerdict.TooEarly;
        return IsWithin(settings, TimeOnly.FromDateTime(TimeZoneInfo.ConvertTime(now, zone).DateTime)) ? CreationVerdict.Due : CreationVerdict.OutsideWindow;
    }

    // TimeOnly's own rule: from the start to before the end, over midnight where the end comes first.
    private static bool IsWithin(VideoSettings settings, TimeOnly time) =>
        settings is not { CreationWindowStart: { } start, CreationWindowEnd: { } end } || time.IsBetween(start, end);
}

using System.Globalization;
using System.Text.Json;
using Meetings.Meeting.Automation;
using Meetings.Meeting.Lifecycle;
using Meetings.Meeting.Series;

namespace Meetings.Meeting.Tests.Automation;

/// <summary>When the jobs open and end rooms: pure functions of an academy's settings, its clock and a lesson.</summary>
public sealed class DecisionTests
{
    private static readonly VideoSettings Usual = VideoSettings.Default(adHocRooms: false);

    // Local times of the academy: the lesson's start, and now.
    [Theory]
    [Trait("Acceptance", "S3-04")]
    [InlineData("60 before", "Asia/Manila", "2026-11-23 07:30", "2026-11-23 06:30", "Due", "exactly its minutes before")]
    [InlineData("60 before", "Asia/Manila", "2026-11-23 07:30", "2026-11-23 06:29", "TooEarly", "a minute too early")]
    [InlineData("60 before", "Asia/Manila", "2026-11-23 07:30", "2026-11-23 07:30", "Due", "at its start")]
    [InlineData("60 before", "Asia/Manila", "2026-11-23 07:30", "2026-11-23 07:31", "Begun", "after it")]
    [InlineData("120 before", "Asia/Manila", "2026-11-23 07:30", "2026-11-23 05:30", "Due", "two hours before")]
    [InlineData("600 before", "Asia/Manila", "2026-11-23 07:30", "2026-11-23 05:29", "TooEarly", "never more than two hours before")]
    [InlineData("off", "Asia/Manila", "2026-11-23 07:30", "2026-11-23 07:00", "SwitchedOff", "the academy opens none")]
    [InlineData("06:00-20:00", "Asia/Manila", "2026-11-23 06:30", "2026-11-23 05:59", "OutsideWindow", "before the window")]
    [InlineData("06:00-20:00", "Asia/Manila", "2026-11-23 06:30", "2026-11-23 06:00", "Due", "its start is inside")]
    [InlineData("06:00-20:00", "Asia/Manila", "2026-11-23 20:30", "2026-11-23 20:00", "OutsideWindow", "its end is not")]
    [InlineData("22:00-02:00", "Asia/Manila", "2026-11-23 23:30", "2026-11-23 23:00", "Due", "over midnight, in the evening")]
    [InlineData("22:00-02:00", "Asia/Manila", "2026-11-24 02:15", "2026-11-24 01:59", "Due", "over midnight, in the night")]
    [InlineData("22:00-02:00", "Asia/Manila", "2026-11-24 02:15", "2026-11-24 02:00", "OutsideWindow", "and not after it")]
    [InlineData("no monday", "Asia/Manila", "2026-11-23 07:30", "2026-11-23 07:00", "BlockedDay", "a blocked day")]
    [InlineData("no monday", "Asia/Manila", "2026-11-24 00:15", "2026-11-23 23:45", "Due", "the day on which the lesson starts counts")]
    [InlineData("no tuesday", "Asia/Manila", "2026-11-24 00:15", "2026-11-23 23:45", "BlockedDay", "also when its room would be opened the evening before")]
    [InlineData("no sunday", "Asia/Manila", "2026-11-23 07:30", "2026-11-23 07:00", "Due", "Monday in Manila is Sunday in UTC")]
    // Clocks go forward at 02:00 in Berlin and in New York, and back: an hour before is an hour before.
    [InlineData("60 before", "Europe/Berlin", "2026-03-29 03:30", "2026-03-29 01:30", "Due", "an hour before, where an hour is missing")]
    [InlineData("60 before", "Europe/Berlin", "2026-03-29 03:30", "2026-03-29 01:29", "TooEarly", "and a minute")]
    [InlineData("60 before", "America/New_York", "2026-11-01 01:30", "2026-11-01 00:30", "Due", "an hour before, where one comes twice")]
    [InlineData("60 before", "America/New_York", "2026-11-01 02:30", "2026-11-01 00:59", "TooEarly", "two and a half before")]
    [InlineData("01:00-03:00", "Europe/Berlin", "2026-03-29 03:30", "2026-03-29 03:00", "OutsideWindow", "a window whose second hour is missing is over")]
    public void A_room_is_opened_ahead_at_its_academys_time(string settings, string zone, string startsAt, string now, string expected, string because)
    {
        var verdict = CreationDecision.Of(Settings(settings), TimeZoneInfo.FindSystemTimeZoneById(zone), At(startsAt, zone), At(now, zone));

        Assert.True(verdict.ToString() == expected, $"{because}: expected {expected}, got {verdict}");
    }

    [Theory]
    [Trait("Acceptance", "S3-08")]
    [Trait("Acceptance", "X29")]
    [InlineData("on", false, "Live", 29, "NotYet")]
    [InlineData("on", false, "Live", 30, "Due")]
    [InlineData("on", false, "Ready", 30, "Due")]
    [InlineData("on", false, "Scheduled", 30, "Due")]
    [InlineData("on", true, "Live", 500, "AdHoc")]
    [InlineData("on", true, "Ready", 30, "Due")]
    [InlineData("never ends", false, "Live", 500, "SwitchedOff")]
    public void What_is_past_its_end_and_the_buffer_is_ended_whatever_its_state(string settings, bool isInstant, string state, int minutesAfter, string expected)
    {
        var end = new DateTimeOffset(2026, 11, 23, 8, 0, 0, TimeSpan.Zero);

        Assert.Equal(expected, CleanupDecision.Of(Settings(settings), isInstant, Enum.Parse<MeetingState>(state), end, end.AddMinutes(minutesAfter)).ToString());
    }

    [Fact]
    public void What_was_closed_with_nobody_there_is_over_as_a_no_show_until_somebody_comes()
    {
        var closed = new DateTimeOffset(2026, 11, 23, 8, 30, 0, TimeSpan.Zero);
        LifecycleState Derive(params SittingSpan[] sittings) => MeetingLifecycle.Derive(new LifecycleFacts(true, null, null, false, null, sittings) { ClosedAt = closed });

        Assert.Equal(new LifecycleState(MeetingState.Ended, true, null, closed), Derive());
        Assert.Equal(MeetingState.Live, Derive(new SittingSpan("late", closed.AddMinutes(5), null, closed.AddMinutes(5), null)).State);
        Assert.Equal(
            new LifecycleState(MeetingState.Ended, false, closed.AddMinutes(5), closed.AddMinutes(9)),
            Derive(new SittingSpan("late", closed.AddMinutes(5), closed.AddMinutes(9), closed.AddMinutes(5), null)));
    }

    [Theory]
    [Trait("Acceptance", "S3-06")]
    [InlineData("""{"creationMinutesBefore":0}""", "creationMinutesBefore")]
    [InlineData("""{"creationMinutesBefore":121}""", "creationMinutesBefore")]
    [InlineData("""{"endBufferMinutes":-1}""", "endBufferMinutes")]
    [InlineData("""{"endBufferMinutes":1e9}""", "endBufferMinutes")]
    [InlineData("""{"creationWindowStart":"06:00"}""", "creationWindowStart")]
    [InlineData("""{"creationWindowStart":"06:00","creationWindowEnd":"06:00"}""", "creationWindowEnd")]
    [InlineData("""{"creationWindowStart":"25:00","creationWindowEnd":"06:00"}""", "creationWindowStart")]
    [InlineData("""{"creationBlockedDays":"monday"}""", "creationBlockedDays")]
    [InlineData("""{"creationBlockedDays":["Monday"]}""", "creationBlockedDays")]
    [InlineData("""{"creationBlockedDays":["monday","monday","monday","monday","monday","monday","monday","monday"]}""", "creationBlockedDays")]
    [InlineData("""{"maxParticipants":1001}""", "maxParticipants")]
    [InlineData("""{"recordingEnabled":"yes"}""", "recordingEnabled")]
    [InlineData("""{"autoCreateMeetings":1}""", "autoCreateMeetings")]
    [InlineData("[]", "")]
    public void Settings_that_cannot_be_meant_are_told(string body, string field)
    {
        Assert.Null(VideoSettings.Read(JsonSerializer.Deserialize<JsonElement>(body), Usual, out var errors));
        Assert.Contains(field, errors.Keys);
    }

    private static VideoSettings Settings(string words) => words.Split(' ', '-') switch
    {
        ["off"] => Usual with { AutoCreateMeetings = false },
        ["never", ..] => Usual with { AutoEndMeetings = false },
        [var minutes, "before"] => Usual with { CreationMinutesBefore = int.Parse(minutes, CultureInfo.InvariantCulture) },
        ["no", var day] => Usual with { CreationBlockedDays = [Enum.Parse<DayOfWeek>(day, ignoreCase: true)] },
        [var start, var end] => Usual with
        {
            CreationWindowStart = TimeOnly.Parse(start, CultureInfo.InvariantCulture), CreationWindowEnd = TimeOnly.Parse(end, CultureInfo.InvariantCulture),
        },
        _ => Usual,
    };

    private static DateTimeOffset At(string local, string zone)
    {
        var time = DateTime.Parse(local, CultureInfo.InvariantCulture);
        return RecurrenceDates.At(DateOnly.FromDateTime(time), TimeOnly.FromDateTime(time), TimeZoneInfo.FindSystemTimeZoneById(zone));
    }
}

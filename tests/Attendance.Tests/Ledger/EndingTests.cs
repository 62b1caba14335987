using Meetings.Attendance.Ledger;
using Meetings.Attendance.Policies;
using static Meetings.Attendance.Tests.Ledger.Given;

namespace Meetings.Attendance.Tests.Ledger;

public sealed class EndingTests
{
    [Theory]
    [InlineData("ana join 09:00; * ended 09:50", ClosedBy.SittingEnd, 3000, "the sitting's end")]
    [InlineData("ana join 09:00; ana reported-left 09:20; * ended 09:50", ClosedBy.Report, 1200, "the report's leave of that session")]
    [InlineData("ana join 09:00; ben reported-left 09:20; * ended 09:50", ClosedBy.SittingEnd, 3000, "somebody else's leave in the report says nothing")]
    [InlineData("ana join 09:10; ana reported-left 09:05; * ended 09:50", ClosedBy.SittingEnd, 2400, "a reported leave before the join says nothing")]
    [InlineData("ana join 09:00; * ended 10:20", ClosedBy.WindowEnd, 3600, "the end of the window, once the sitting is known to have ended")]
    [InlineData("ana join 09:00", ClosedBy.WindowEnd, 3600, "the end of the window, when nobody told the end")]
    [InlineData("* ended 09:05; ana join 09:10", ClosedBy.WindowEnd, 3000, "a join after the end is not lost")]
    [InlineData("* ended 09:50; * ended 09:40; ana join 09:00", ClosedBy.SittingEnd, 2400, "of two ends the earlier")]
    [InlineData("ana@S2 join 09:00; * ended 09:40", ClosedBy.WindowEnd, 3600, "another sitting's end says nothing")]
    [InlineData("ana join 10:10; * ended 10:20", ClosedBy.SittingEnd, 0, "after the window only the sitting's end")]
    [Trait("Acceptance", "S2-10")]
    [Trait("Acceptance", "X7")]
    [Trait("Hostile", "44")]
    [Trait("Hostile", "49")]
    public void An_open_stay_is_closed_by_the_earliest_evidence(string facts, ClosedBy by, int seconds, string because)
    {
        var presence = Ana(Facts(facts.Split("; "))).Presence;

        Assert.True(presence.Stays[^1].ClosedBy == by && presence.Seconds == seconds,
            $"{because}: expected {by} after {seconds} s, got {presence.Stays[^1].ClosedBy} after {presence.Seconds} s");
    }

    [Fact]
    [Trait("Acceptance", "S3-21")]
    [Trait("Acceptance", "X8")]
    public void A_running_stay_is_never_closed_by_its_age()
    {
        var running = Facts("* started 09:00", "ana join 09:00");

        // The naive rule closes at 09:30 and counts 30 minutes from there on.
        var presence = Ana(running, Lesson(minutes: 120), PolicyPresets.Academy8030, asOf: "10:50", final: false).Presence;

        Assert.Equal(110 * 60, presence.Seconds);
        Assert.True(presence.IsOpen);
        Assert.Null(presence.LastLeaveAt);
        Assert.Equal((1, 0), (presence.JoinCount, presence.LeaveCount));
    }

    [Fact]
    [Trait("Acceptance", "X8")]
    public void A_running_instant_meeting_is_not_closed_by_age_either()
    {
        var instant = Lesson(minutes: 0);
        var running = Facts("* started 09:00", "ana join 09:00");

        Assert.Equal(110 * 60, Ana(running, instant, asOf: "10:50", final: false).Presence.Seconds);
        Assert.Equal(30 * 60, Ana(running, instant, asOf: "10:50", final: true).Presence.Seconds);
        Assert.Equal(ClosedBy.ThirtyMinutes, Ana(running, instant, asOf: "10:50", final: true).Presence.Stays[0].ClosedBy);
        Assert.Equal(ClosedBy.SittingEnd, Ana([.. running, Fact("* ended 10:40")], instant, asOf: "10:50").Presence.Stays[0].ClosedBy);
    }

    [Fact]
    [Trait("Acceptance", "X33")]
    public void After_the_end_of_one_sitting_another_may_run()
    {
        var facts = Facts("* started 09:00", "ana join 09:00", "* ended 09:20", "*@S2 started 09:30", "ana@S2 join 09:30");

        var live = Ana(facts, asOf: "09:40", final: false).Presence;

        Assert.Equal(30 * 60, live.Seconds);
        Assert.True(live.IsOpen);
        Assert.Equal(2, live.JoinCount);
    }

    [Fact]
    [Trait("Acceptance", "X35")]
    [Trait("Acceptance", "X31")]
    public void Early_time_and_overtime_are_shown_and_not_counted()
    {
        var presence = Ana(Facts("ana join 08:57", "ana left 10:12"), Lesson(minutes: 48)).Presence;

        Assert.Equal(48 * 60, presence.Seconds);
        Assert.Equal((TimeSpan.FromMinutes(3), TimeSpan.FromMinutes(24)), (presence.Early, presence.Over));
        Assert.Equal((At("08:57"), At("10:12")), (presence.FirstJoinAt, presence.LastLeaveAt));
    }

    [Fact]
    public void A_lost_webhook_is_made_good_by_the_report()
    {
        var both = Facts("ana join 09:00", "ana left 09:30", "ana reported-join 09:00", "ana reported-left 09:45:30");
        var reportOnly = Facts("* started 09:00", "ana reported-join 09:00", "ana reported-left 09:45");
        var joinLost = Facts("ana left 09:30", "ana reported-join 09:05", "ana reported-left 09:30");

        Assert.Equal((2730, 1), (Ana(both).Presence.Seconds, Ana(both).Presence.JoinCount));
        Assert.Equal((2700, "report"), (Ana(reportOnly).Presence.Seconds, Ana(reportOnly).Source));
        Assert.Equal(1500, Ana(joinLost).Presence.Seconds);
        Assert.Equal("webhook+report", Ana(both).Source);
    }

    [Theory]
    [InlineData("0001-01-01T00:00:00Z")]
    [InlineData("1970-01-01T00:00:00Z")]
    [InlineData("9999-12-31T23:59:59Z")]
    [Trait("Hostile", "40")]
    public void Impossible_times_count_nothing_and_break_nothing(string at)
    {
        var wild = DateTimeOffset.Parse(at, System.Globalization.CultureInfo.InvariantCulture);

        var joinedWildly = Ana([.. Facts("* started 09:00", "ana left 09:40", "* ended 10:00"), Fact("ana join 09:00") with { At = wild }]);
        var endedWildly = Ana([.. Facts("* started 09:00", "ana join 09:40"), Fact("* ended 09:00") with { At = wild }]);

        Assert.Equal(0, joinedWildly.Presence.Seconds);
        Assert.Equal((20 * 60, At("10:00")), ((int)endedWildly.Presence.Seconds, endedWildly.Presence.LastLeaveAt));
        Assert.False(Meetings.Attendance.Calculation.Finality.IsOver(Lesson(), [Fact("* started 09:00"), Fact("* ended 09:00") with { At = wild }], At("08:00"), At("09:30")));
    }
}

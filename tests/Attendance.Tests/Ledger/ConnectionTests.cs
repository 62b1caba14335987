using Meetings.Attendance.Ledger;
using static Meetings.Attendance.Tests.Ledger.Given;

namespace Meetings.Attendance.Tests.Ledger;

public sealed class ConnectionTests
{
    [Theory]
    [InlineData("ana join 09:00; ana left 09:20", 1200, 1, "a join opens and a leave closes")]
    [InlineData("ana join 09:00; ana join 09:00; ana left 09:20; ana left 09:20", 1200, 1, "repeats change nothing")]
    [InlineData("ana join 09:00; ana join 09:05; ana left 09:20", 1200, 1, "a second join of an open connection changes nothing (S3-18)")]
    [InlineData("ana join 09:00; ana left 09:10; ana left 09:20", 600, 1, "a second leave of a closed connection changes nothing")]
    [InlineData("ana left 09:20; ana join 09:00", 1200, 1, "arrival order means nothing")]
    [InlineData("ana join 09:00; ana left 09:10; ana join 09:30; ana left 09:40", 1200, 2, "a connection may come back")]
    [InlineData("ana/1 join 09:00; ana/1 left 09:10; ana/2 join 09:30; ana/2 left 09:40", 1200, 2, "cycles add up (S0-07)")]
    [InlineData("ana/1 join 09:00; ana/1 left 09:30; ana/2 join 09:10; ana/2 left 09:40", 2400, 1, "phone and laptop count once")]
    [InlineData("ana/1 join 09:00; ana/2 join 09:20; ana/1 left 09:10; ana/1 left 09:10; ana/2 left 09:50", 2400, 2, "a redelivered leave of the first stay does not end the second")]
    [InlineData("ana join 09:00; ana left 09:00", 0, 1, "at one instant, from outside: came and left")]
    [InlineData("ana join 09:00; ana left 09:10; ana join 09:10; ana left 09:20", 1200, 1, "at one instant, from inside: left and came back")]
    [InlineData("ana join 09:00; ana put-back 09:10; ana waits 09:10; ana admitted 09:20; ana left 09:30", 1200, 2, "put back to wait is not presence")]
    [InlineData("ana join 09:00; ana put-back 09:10; ana admitted 09:20; ana join 09:20; ana left 09:30", 1200, 2, "admission and join tell the same")]
    [InlineData("ana waits 08:50; ana admitted 09:05; ana join 09:05; ana left 09:30", 1500, 1, "waiting is never presence")]
    [InlineData("ana waits 08:50; ana gives-up 09:30", 0, 0, "who gives up waiting was never there")]
    [InlineData("ana waits 09:00; ana admitted 09:05", 0, 0, "admission alone is no presence")]
    [Trait("Acceptance", "S0-06")]
    [Trait("Acceptance", "S0-07")]
    [Trait("Acceptance", "S3-17")]
    [Trait("Acceptance", "S3-18")]
    [Trait("Acceptance", "S3-19")]
    [Trait("Acceptance", "X6")]
    [Trait("Hostile", "43")]
    [Trait("Hostile", "45")]
    [Trait("Hostile", "46")]
    public void Presence_follows_from_joins_and_leaves(string facts, int seconds, int joins, string because)
    {
        var presence = Ana(Facts(facts.Split("; "))).Presence;

        Assert.True(presence.Seconds == seconds && presence.JoinCount == joins && presence.LeaveCount == joins,
            $"{because}: expected {seconds} s in {joins}, got {presence.Seconds} s in {presence.JoinCount}/{presence.LeaveCount}");
    }

    [Fact]
    [Trait("Acceptance", "S3-19")]
    [Trait("Hostile", "42")]
    [Trait("Property", "P6")]
    public void A_leave_without_a_join_is_kept_and_completed_when_the_join_arrives()
    {
        var orphan = Sheet(Facts("* started 09:00", "ana left 09:40"));
        Assert.Equal(At("09:40"), Assert.Single(Assert.Single(Assert.Single(orphan.Participants).Connections).OrphanLeaves));
        Assert.Equal("left 09:40, but no join was told → no_data", Assert.Single(orphan.Records).Explanation);
        Assert.False(orphan.NoShow);

        var completed = Ana(Facts("* started 09:00", "ana left 09:40", "ana join 09:10"));
        Assert.Equal(1800, completed.Presence.Seconds);
    }

    [Fact]
    [Trait("Hostile", "41")]
    [Trait("Property", "P7")]
    public void Left_before_joined_is_a_stay_of_no_length_and_flagged()
    {
        var presence = Ana(Facts("ana left 09:10", "ana join 09:20", "* ended 10:00")).Presence;

        Assert.Equal(ClosedBy.ImpossibleTimes, Assert.Single(presence.Stays).ClosedBy);
        Assert.Equal(0, presence.Seconds);
    }

    [Fact]
    public void Waiting_is_told_apart_from_presence()
    {
        var presence = Ana(Facts("ana waits 08:50", "ana admitted 09:05", "ana join 09:05", "ana put-back 09:20", "ana admitted 09:22", "ana left 09:30")).Presence;

        Assert.Equal(TimeSpan.FromMinutes(17), presence.Waiting);
        Assert.Equal(TimeSpan.FromMinutes(23), presence.Counted);
    }

    [Theory]
    [InlineData("09:59:59", 1, "short of two minutes is a reconnect: the gap counts, the join does not")]
    [InlineData("10:00:00", 2, "two minutes is leaving and coming back")]
    [Trait("Acceptance", "S3-20")]
    public void A_drop_under_two_minutes_is_no_leaving(string back, int joins, string because)
    {
        var presence = Ana(Facts("ana/1 join 09:00", "ana/1 left 09:58", $"ana/2 join {back}", "ana/2 left 10:30"), Lesson(minutes: 120)).Presence;

        Assert.True(presence.JoinCount == joins, because);
        Assert.Equal(joins == 1 ? 90 * 60 : 88 * 60, presence.Seconds);
    }

    [Theory]
    [InlineData("ana join 09:00; ana put-back 09:10; ana admitted 09:11:30; ana left 09:30", 1710, 2, "put back for 90 seconds")]
    [InlineData("ana join 09:00; ana left 09:10; ana put-back 09:10; ana/2 join 09:11:30; ana/2 left 09:30", 1710, 2, "told as leaving too, and back on a connection of its own")]
    [InlineData("ana join 09:00; ana left 09:10; ana waits 09:10:01; ana/2 join 09:11:30; ana/2 left 09:30", 1710, 2, "told a second after the leave, and never told to be over")]
    [InlineData("ana join 09:00; ana put-back 09:10; ana reported-left 09:10; ana/2 join 09:11:30; ana/2 left 09:30", 1710, 2, "the report's leave does not end the waiting")]
    [InlineData("ana join 09:00; ana put-back 09:10; ana gives-up 09:10; ana/2 join 09:11; ana/2 left 09:30", 1740, 2, "put back, and gone at once")]
    [InlineData("ana join 09:00; ana left 09:10; ana/2 waits 09:10:30; ana/2 admitted 09:11; ana/2 join 09:11; ana/2 left 09:30", 1740, 2, "back from a drop through the waiting room")]
    [InlineData("ana join 09:00; ana/2 join 09:00; ana/2 put-back 09:10; ana/2 admitted 09:11:30; ana left 09:30; ana/2 left 09:30", 1800, 1, "on another device the presence went on")]
    [InlineData("ana join 09:00; ana/2 waits 09:09; ana left 09:10; ana join 09:11; ana left 09:30", 1740, 2, "another device was waiting when this one dropped")]
    [InlineData("ana join 09:00; ana put-back 09:10; ana/2 join 09:11:30; ana/2 left 09:20; ana/3 join 09:21; ana/3 left 09:30", 1710, 2, "who came in again waits no longer: a later drop is a drop")]
    [InlineData("ana join 09:00; ben put-back 09:10; ana left 09:10; ana join 09:11:30; ana left 09:30", 1800, 1, "somebody else was put back")]
    [Trait("Acceptance", "S3-20")]
    public void Time_in_the_waiting_room_is_no_drop_of_the_connection(string facts, int seconds, int joins, string because)
    {
        var presence = Ana(Facts(facts.Split("; "))).Presence;

        Assert.True(presence.Seconds == seconds && presence.JoinCount == joins, $"{because}: expected {seconds} s in {joins}, got {presence.Seconds} s in {presence.JoinCount}");
    }

    [Fact]
    public void A_bridged_drop_counts_and_is_not_confirmed()
    {
        var presence = Ana(Facts("ana join 09:00", "ana left 09:10", "ana/2 join 09:11", "ana/2 left 09:20")).Presence;

        Assert.Equal((TimeSpan.FromMinutes(20), TimeSpan.FromMinutes(19)), (presence.Counted, presence.Confirmed));
    }

    [Fact]
    [Trait("Acceptance", "X23")]
    public void Fifteen_visits_of_59_and_a_half_seconds_are_summed_before_they_are_cut()
    {
        var facts = Enumerable.Range(0, 15).SelectMany(n => Facts($"ana/{n} join 09:{n * 4:00}:00", $"ana/{n} left 09:{n * 4:00}:59.5")).ToArray();

        var presence = Ana(facts).Presence;

        Assert.Equal(892, presence.Seconds);
        Assert.Equal(15, presence.JoinCount);
    }

    [Fact]
    [Trait("Hostile", "47")]
    public void Five_thousand_flaps_in_a_minute_are_one_minute()
    {
        var facts = Enumerable.Range(0, 5000).SelectMany(n => new[]
        {
            Fact($"ana/{n} join 09:00") with { At = At("09:00").AddMilliseconds(n * 12) },
            Fact($"ana/{n} left 09:00") with { At = At("09:00").AddMilliseconds((n * 12) + 11) },
        }).ToArray();

        var presence = Ana(facts).Presence;

        Assert.Equal(TimeSpan.FromMilliseconds((4999 * 12) + 11), presence.Counted);
        Assert.Equal(1, presence.JoinCount);
    }

    [Fact]
    public void Leaving_a_breakout_room_does_not_end_the_stay_in_the_main_room()
    {
        var main = Facts("ana join 09:00", "ana left 10:00");
        var breakout = Facts("ana join 09:10", "ana left 09:20").Select(fact => fact with { Who = fact.Who with { SessionNumber = "breakout" } });

        Assert.Equal(3600, Ana([.. main, .. breakout]).Presence.Seconds);
    }
}

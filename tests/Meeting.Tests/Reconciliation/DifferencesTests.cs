using Meetings.Contracts.Sittings;
using Meetings.Meeting.Providers;
using Meetings.Meeting.Reconciliation;

namespace Meetings.Meeting.Tests.Reconciliation;

public sealed class DifferencesTests
{
    private static readonly DateTimeOffset Asked = new(2026, 11, 20, 6, 30, 0, TimeSpan.Zero);

    [Fact]
    public void Nothing_is_told_of_what_is_known()
    {
        var difference = Compare([Known("RM_1", "PA_1")], Room("RM_1", "PA_1"));
        Assert.Empty(difference.Facts);
        Assert.Empty(difference.Absences);
    }

    [Fact]
    public void A_join_that_was_lost_is_told_with_its_own_time()
    {
        var joined = Assert.IsType<ParticipantJoined>(Assert.Single(Compare([], Room("RM_1", "PA_1")).Facts));

        Assert.Equal((new SittingKey("livekit", "room", "RM_1"), "PA_1", Asked.AddMinutes(-10)), (joined.Sitting, joined.ConnectionId, joined.At));
        Assert.Equal(new ParticipantIdentity(Identity: "id-PA_1", Name: "Name"), joined.Who);
    }

    [Fact]
    public void Who_is_missing_is_gone_at_the_second_time_only()
    {
        var first = Compare([Known("RM_1", "PA_1", "PA_2")], Room("RM_1", "PA_2"));
        Assert.Empty(first.Facts);
        Assert.Equal([new Absence("RM_1", "PA_1")], first.Absences);

        Assert.Empty(Compare([Known("RM_1", "PA_1", "PA_2")], Room("RM_1", "PA_2"), (new Absence("RM_1", "PA_1"), -29)).Facts);
        var left = Assert.IsType<ParticipantLeft>(Assert.Single(
            Compare([Known("RM_1", "PA_1", "PA_2")], Room("RM_1", "PA_2"), (new Absence("RM_1", "PA_1"), -30)).Facts));
        Assert.Equal(("PA_1", Asked), (left.ConnectionId, left.At));
    }

    [Fact]
    public void Who_came_a_moment_ago_is_not_missed_yet()
    {
        var known = new KnownSitting("RM_1", [new KnownConnection("PA_1", Asked.AddSeconds(-29))]);
        Assert.Empty(Compare([known], Room("RM_1")).Absences);
    }

    [Fact]
    public void A_sitting_that_the_provider_has_no_more_is_over_at_the_second_time()
    {
        var gone = new Absence("RM_1", "");
        Assert.Equal([gone], Compare([Known("RM_1", "PA_1")], null).Absences);

        var ended = Assert.IsType<SittingEnded>(Assert.Single(Compare([Known("RM_1", "PA_1")], null, (gone, -60)).Facts));
        Assert.Equal(("RM_1", Asked), (ended.Sitting.SittingId, ended.At));
        Assert.Empty(Compare([Known("RM_1", "PA_1")], null, (gone, -60)).Absences);
    }

    [Fact]
    public void A_sitting_that_another_followed_was_over_when_that_one_began()
    {
        var difference = Compare([Known("RM_1", "PA_1"), Known("RM_2", "PA_9")], Room("RM_2", "PA_9"), (new Absence("RM_1", ""), -60));
        var ended = Assert.IsType<SittingEnded>(Assert.Single(difference.Facts));
        Assert.Equal(("RM_1", Asked.AddMinutes(-20)), (ended.Sitting.SittingId, ended.At));
    }

    private static Difference Compare(KnownSitting[] known, ProviderRoom? room, params (Absence What, int Seconds)[] missing) => Differences.Between(
        "livekit", "room", known, room, missing.ToDictionary(one => one.What, one => Asked.AddSeconds(one.Seconds)), Asked);

    private static KnownSitting Known(string sitting, params string[] connections) =>
        new(sitting, [.. connections.Select(id => new KnownConnection(id, Asked.AddMinutes(-10)))]);

    private static ProviderRoom Room(string sitting, params string[] connections) => new(
        "room", sitting, Asked.AddMinutes(-20), [.. connections.Select(id => new ProviderParticipant(id, $"id-{id}", "Name", Asked.AddMinutes(-10), true))]);
}

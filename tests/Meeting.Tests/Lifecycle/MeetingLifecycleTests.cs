using Meetings.Meeting.Lifecycle;

namespace Meetings.Meeting.Tests.Lifecycle;

public sealed class MeetingLifecycleTests
{
    private static readonly DateTimeOffset Seven = new(2026, 11, 23, 7, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData(false, "", "", "scheduled", "the provider does not have it")]
    [InlineData(true, "", "", "ready", "its join link works")]
    [InlineData(true, "a:0-", "", "live", "a sitting runs")]
    [InlineData(false, "a:0-", "", "live", "people meet, whatever we know of links")]
    [InlineData(true, "a:0-45", "", "ended", "the only sitting is over")]
    [InlineData(true, "a:-45", "", "ended", "its start was never told")]
    [InlineData(true, "a:-", "", "ready", "people wait for a sitting that nobody opened")]
    [InlineData(true, "a:0-45", "50", "finalised", "attendance is final")]
    [InlineData(true, "", "50 nobody", "finalised no-show", "nobody came")]
    [InlineData(true, "a:0-45 b:48-", "", "live", "a later sitting makes it live again")]
    [InlineData(true, "b:48- a:0-45", "", "live", "the end of the first, told late, ends nothing")]
    [InlineData(true, "a:0- b:48-60", "", "ended", "the end of the first was never told, and the second is over")]
    [InlineData(true, "a:0-45 b:52-", "50", "live", "a newer sitting reopens")]
    [InlineData(true, "a:0-45 b:52-60", "50", "ended", "and its end waits for another finalisation")]
    [InlineData(true, "a:0-45 b:52-60", "65", "finalised", "which comes")]
    [InlineData(true, "a:0-45 b:52-60", "50 nobody", "ended", "a no-show is over when somebody comes")]
    public void The_state_follows_from_the_facts(bool linkWorks, string sittings, string final, string expected, string because)
    {
        var state = MeetingLifecycle.Derive(Facts(linkWorks, sittings, final));

        Assert.True(state.State.Word() + (state.NoShow ? " no-show" : "") == expected, $"{because}: expected {expected}, got {state}");
    }

    [Fact]
    public void The_order_in_which_facts_arrive_does_not_matter()
    {
        var facts = Facts(true, "a:0-45 b:48-52 c:55- d:-7", "50");

        var states = Permutations([.. facts.Sittings]).Select(order => MeetingLifecycle.Derive(facts with { Sittings = order })).ToHashSet();

        Assert.Equal(new LifecycleState(MeetingState.Live, false, Seven, null), Assert.Single(states));
    }

    [Fact]
    [Trait("Acceptance", "X24")]
    public void Actual_start_and_end_are_the_first_start_and_the_last_end()
    {
        var state = MeetingLifecycle.Derive(Facts(true, "b:48-60 a:1-45", ""));

        Assert.Equal((Seven.AddMinutes(1), Seven.AddMinutes(60)), (state.StartedAt, state.EndedAt));
        Assert.Null(MeetingLifecycle.Derive(Facts(true, "b:48- a:1-45", "")).EndedAt);
    }

    [Fact]
    public void Cancelled_stays_cancelled()
    {
        var facts = Facts(true, "a:0-", "") with { CancelledAt = Seven };

        Assert.Equal(MeetingState.Cancelled, MeetingLifecycle.Derive(facts).State);
    }

    [Fact]
    public void A_provider_whose_clock_runs_ahead_does_not_keep_a_meeting_open()
    {
        var sitting = new SittingSpan("a", Seven.AddHours(3), Seven.AddHours(4), HeardAt: Seven);

        var state = MeetingLifecycle.Derive(new LifecycleFacts(true, null, Seven.AddMinutes(50), false, [sitting]));

        Assert.Equal(MeetingState.Finalised, state.State);
    }

    // "a:0-45" is a sitting from minute 0 to minute 45; what is left out was not told.
    private static LifecycleFacts Facts(bool linkWorks, string sittings, string final) => new(
        linkWorks, CancelledAt: null, final.Length == 0 ? null : Minute(final.Split(' ')[0]), final.EndsWith("nobody", StringComparison.Ordinal),
        [.. sittings.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(text =>
        {
            var (id, times) = (text.Split(':')[0], text.Split(':')[1].Split('-'));
            return new SittingSpan(id, Minute(times[0]), Minute(times[1]), Minute(times[0]) ?? Minute(times[1]) ?? Seven);
        })]);

    private static DateTimeOffset? Minute(string text) => text.Length == 0 ? null : Seven.AddMinutes(int.Parse(text, System.Globalization.CultureInfo.InvariantCulture));

    private static IEnumerable<T[]> Permutations<T>(T[] items) =>
        items.Length <= 1 ? [items] : items.SelectMany((item, i) => Permutations([.. items[..i], .. items[(i + 1)..]]).Select(rest => (T[])[item, .. rest]));
}

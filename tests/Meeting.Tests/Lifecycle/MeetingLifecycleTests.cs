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
    [InlineData(true, "a:0-", "80", "finalised", "its end was lost, and attendance did not wait for it")]
    [InlineData(true, "a:0- b:48-", "80", "finalised", "the ends of both were lost")]
    [InlineData(true, "a:0-+79", "80", "finalised", "nobody came in after the finalisation")]
    [InlineData(true, "a:0-+80", "80", "finalised", "nor at the same moment")]
    [InlineData(true, "a:0-+81", "80", "live", "somebody came in after it")]
    [InlineData(true, "a:0-+81", "115", "finalised", "until the next one")]
    [InlineData(true, "a:0-85+81", "80", "ended", "and left: that waits for another finalisation")]
    [InlineData(true, "a:0-85+81", "90", "finalised", "which comes")]
    [InlineData(true, "a:0-", "80 nobody", "finalised no-show", "opened, and nobody came")]
    [InlineData(true, "a:0-45+81 b:48-", "80", "finalised", "who came late into an older one says nothing of the newest")]
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
        var ended = new SittingSpan("a", Seven.AddHours(3), Seven.AddHours(4), HeardAt: Seven, SeenAt: Seven.AddMinutes(1));
        var lost = ended with { EndedAt = null };

        foreach (var sitting in (SittingSpan[])[ended, lost])
            Assert.Equal(MeetingState.Finalised, MeetingLifecycle.Derive(new LifecycleFacts(true, null, Seven.AddMinutes(50), false, null, [sitting])).State);
    }

    [Theory]
    [InlineData("a:0-", "80", null, 0, "nothing is known but its start")]
    [InlineData("a:0-+20", "80", null, 20, "somebody came in as late as that")]
    [InlineData("a:0-+20", "80", 48, 48, "Attendance knows better")]
    [InlineData("a:0-+60", "80", 48, 60, "but somebody came in after that")]
    [InlineData("a:0-50 b:48-", "80", 49, 50, "nor can it be before the end of another sitting")]
    [InlineData("a:0-45", "80", 60, 45, "an end that was told is the end")]
    [InlineData("a:0-+81", "80", 48, null, "it goes on")]
    public void An_end_that_was_lost_is_the_best_known_moment(string sittings, string final, int? assumed, int? expected, string because)
    {
        var facts = Facts(true, sittings, final) with { AssumedEnd = assumed is { } minute ? Seven.AddMinutes(minute) : null };

        Assert.True((expected is { } end ? Seven.AddMinutes(end) : null) == MeetingLifecycle.Derive(facts).EndedAt, because);
    }

    /// <summary>Facts at random, in every order and a few times over: the newest sitting and the last finalisation decide, and nothing else does.</summary>
    [Fact]
    public void Whatever_the_facts_the_last_word_decides()
    {
        var random = new Random(20261123);
        for (var round = 0; round < 2000; round++)
        {
            var sittings = Enumerable.Range(0, random.Next(1, 4)).Select(n =>
            {
                var start = random.Next(0, 100);
                return new SittingSpan(
                    $"{n}", Seven.AddMinutes(start), random.Next(2) == 0 ? null : Seven.AddMinutes(start + random.Next(0, 50)),
                    Seven.AddMinutes(start + random.Next(-5, 5)), random.Next(2) == 0 ? null : Seven.AddMinutes(start + random.Next(0, 100)));
            }).ToArray();
            var facts = new LifecycleFacts(
                true, null, random.Next(3) == 0 ? null : Seven.AddMinutes(random.Next(0, 250)), random.Next(2) == 0,
                random.Next(2) == 0 ? null : Seven.AddMinutes(random.Next(0, 150)), sittings);
            var state = MeetingLifecycle.Derive(facts);

            foreach (var order in Permutations(sittings)) Assert.Equal(state, MeetingLifecycle.Derive(facts with { Sittings = order }));

            // A finalisation after everything closes, whatever was lost; a sitting that begins, or somebody who comes in, after that opens again.
            var closed = MeetingLifecycle.Derive(facts with { FinalizedAt = Seven.AddDays(1) });
            Assert.Equal(MeetingState.Finalised, closed.State);
            Assert.NotNull(closed.EndedAt);
            Assert.True(closed.EndedAt >= closed.StartedAt, $"{facts}: ended {closed.EndedAt} before it started {closed.StartedAt}");
            var newest = sittings.MaxBy(sitting => (sitting.FirstSign, sitting.SittingId))!;
            var later = Seven.AddDays(2);
            SittingSpan[] begun = [.. sittings, new SittingSpan("later", later, null, later, null)];
            SittingSpan[] entered = [.. sittings.Select(sitting => sitting == newest ? sitting with { SeenAt = later } : sitting)];
            foreach (var signs in (SittingSpan[][])[begun, entered])
            {
                var reopened = MeetingLifecycle.Derive(facts with { FinalizedAt = Seven.AddDays(1), Sittings = signs });
                Assert.Equal(signs == entered && newest.EndedAt is not null ? MeetingState.Ended : MeetingState.Live, reopened.State);
                Assert.False(reopened.NoShow);
            }

            // Live is what has neither an end nor a finalisation after its last sign of life.
            Assert.Equal(newest.EndedAt is null && !(facts.FinalizedAt >= newest.LastSign), state.State is MeetingState.Live);
            Assert.Equal(state.State is MeetingState.Live, state.EndedAt is null);
        }
    }

    // "a:0-45" is a sitting from minute 0 to minute 45, "a:0-45+12" one into which somebody last came in minute 12; what is left out was not told.
    private static LifecycleFacts Facts(bool linkWorks, string sittings, string final) => new(
        linkWorks, CancelledAt: null, final.Length == 0 ? null : Minute(final.Split(' ')[0]), final.EndsWith("nobody", StringComparison.Ordinal), AssumedEnd: null,
        [.. sittings.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(text =>
        {
            var (id, told) = (text.Split(':')[0], text.Split(':')[1].Split('+'));
            var times = told[0].Split('-');
            return new SittingSpan(
                id, Minute(times[0]), Minute(times[1]), Minute(times[0]) ?? Minute(times[1]) ?? Seven, told.Length > 1 ? Minute(told[1]) : null);
        })]);

    private static DateTimeOffset? Minute(string text) => text.Length == 0 ? null : Seven.AddMinutes(int.Parse(text, System.Globalization.CultureInfo.InvariantCulture));

    private static IEnumerable<T[]> Permutations<T>(T[] items) =>
        items.Length <= 1 ? [items] : items.SelectMany((item, i) => Permutations([.. items[..i], .. items[(i + 1)..]]).Select(rest => (T[])[item, .. rest]));
}

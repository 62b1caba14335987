using Meetings.Meeting.Lifecycle;
using Meetings.Meeting.Scheduling;
using Meetings.Meeting.Series;

namespace Meetings.Meeting.Tests.Series;

/// <summary>Three lessons of one series, a week apart, and what is known of them.</summary>
public sealed class SeriesLifecycleTests
{
    private static readonly DateTimeOffset Monday = new(2026, 11, 23, 6, 0, 0, TimeSpan.Zero);
    private static readonly Guid[] Ids = [.. Enumerable.Range(0, 3).Select(_ => Guid.CreateVersion7())];

    [Fact]
    [Trait("Acceptance", "X9")]
    [Trait("Acceptance", "S2-04")]
    public void The_meeting_is_where_its_current_date_is_and_each_date_has_a_life_of_its_own()
    {
        Is(Derive(now: -60), "ready ready ready", current: 0, "ready");
        Is(Derive(now: 10, Sitting("a", 0, 1, null)), "live ready ready", current: 0, "live");
        Is(Derive(now: 50, Sitting("a", 0, 1, 47)), "ended ready ready", current: 1, "ready");
        Is(Derive(now: 50, [Sitting("a", 0, 1, 47)], final: [0]), "finalised ready ready", current: 1, "ready");
        Is(Derive(now: Week + 5, [Sitting("a", 0, 1, 47), Sitting("b", 1, 0, null)], final: [0]), "finalised live ready", current: 1, "live");
        Is(Derive(now: (2 * Week) + 50, [Sitting("a", 0, 1, 47), Sitting("b", 1, 0, 40), Sitting("c", 2, 0, 44)], final: [0, 1]), "finalised finalised ended", current: 2, "ended");
        Is(Derive(now: (2 * Week) + 99, [Sitting("a", 0, 1, 47), Sitting("b", 1, 0, 40), Sitting("c", 2, 0, 44)], final: [0, 1, 2]), "finalised finalised finalised", current: 2, "finalised");
    }

    [Fact]
    [Trait("Acceptance", "X33")]
    public void A_sitting_belongs_to_the_nearest_date_and_finality_of_one_says_nothing_of_another()
    {
        // Held early, and once more late; the second date was made final although the first never was.
        var state = Derive(now: Week + 60, [Sitting("early", 0, -20, -5), Sitting("again", 0, 50, 70), Sitting("b", 1, 0, 40)], final: [1]);

        Is(state, "ended finalised ready", current: 2, "ready");
        Assert.Equal(Monday.AddMinutes(-20), state.Dates[Ids[0]].StartedAt);
        Assert.Equal(Monday.AddMinutes(70), state.Dates[Ids[0]].EndedAt);
    }

    [Fact]
    public void The_end_of_a_lesson_that_was_never_told_is_over_with_the_first_sitting_of_another() =>
        Is(Derive(now: Week + 5, Sitting("a", 0, 1, null), Sitting("b", 1, 0, null)), "ended live ready", current: 1, "live");

    [Fact]
    public void The_order_in_which_sittings_become_known_does_not_matter()
    {
        SittingSpan[] sittings = [Sitting("a", 0, 1, 47), Sitting("b", 1, 0, 40), Sitting("c", 2, 0, null), Sitting("d", 1, 50, 55)];
        var states = Enumerable.Range(0, 24).Select(i =>
        {
            var state = Derive(now: (2 * Week) + 5, [.. sittings.OrderBy(sitting => sitting.SittingId.GetHashCode(StringComparison.Ordinal) * (i + 1) % 7)], final: [0]);
            return string.Join(' ', Ids.Select(id => state.Dates[id]));
        });

        Assert.Single(states.Distinct());
    }

    [Fact]
    public void A_date_that_nobody_held_is_passed_over_when_its_time_is_over()
    {
        Is(Derive(now: 47), "ready ready ready", current: 0, "ready");
        Is(Derive(now: 48), "ready ready ready", current: 1, "ready");
        // The last one is waited for.
        Is(Derive(now: 5 * Week), "ready ready ready", current: 2, "ready");
    }

    [Fact]
    public void A_date_that_was_called_off_is_nobodys_and_keeps_what_was_held_on_it_all_the_same()
    {
        Is(Derive(now: -60, cancelled: [0]), "cancelled ready ready", current: 1, "ready");
        Is(Derive(now: 10, [Sitting("a", 0, 1, null)], cancelled: [0]), "cancelled ready ready", current: 1, "ready");
        Is(Derive(now: -60, cancelled: [0, 1, 2]), "cancelled cancelled cancelled", current: 2, "cancelled");
    }

    [Fact]
    public void A_series_that_is_called_off_stays_so_and_what_was_held_of_it_stays_too()
    {
        var state = SeriesLifecycle.Derive(
            hasLink: false, isOpen: true, opensAhead: false, Ids[1], Monday.AddDays(1), [Date(0), Date(1, cancelled: true), Date(2, cancelled: true)], [Sitting("a", 0, 1, 47)],
            Monday.AddDays(2));

        Is(state, "ended cancelled cancelled", current: 0, "cancelled");
    }

    [Fact]
    [Trait("Acceptance", "S3-01")]
    public void Where_rooms_are_opened_ahead_only_the_date_for_which_it_was_opened_is_ready()
    {
        SeriesState Rooms(int now, Guid? openFor, bool isOpen = true) => SeriesLifecycle.Derive(
            hasLink: true, isOpen, opensAhead: true, openFor, null, [Date(0), Date(1), Date(2)], [], Monday.AddMinutes(now));

        Is(Rooms(-60, Ids[0]), "ready scheduled scheduled", current: 0, "ready");
        Is(Rooms(-60, Ids[0], isOpen: false), "scheduled scheduled scheduled", current: 0, "scheduled");
        Is(Rooms(60, Ids[0]), "ready scheduled scheduled", current: 1, "scheduled");
    }

    [Fact]
    public void A_changed_rule_leaves_alone_what_was_held_moved_or_called_off_and_keeps_the_same_days()
    {
        var zone = TimeZoneInfo.FindSystemTimeZoneById("Asia/Manila");
        ExistingDate Existing(int week, string state, bool own = false, int movedBy = 0) => new(
            Ids[week % 3], Monday.AddDays(7 * week).AddMinutes(movedBy), Monday.AddDays(7 * week), 48, state, own);
        NewDate Wanted(int day, int minutes) => new(Monday.AddDays(day).AddMinutes(minutes), default);

        // An hour later, on Mondays and Thursdays: the first is over, the second was moved by itself, the third becomes what is wanted of its day.
        var change = PlannedDates.Decide(
            [Existing(0, "finalised"), Existing(1, "ready", own: true, movedBy: 1440), Existing(2, "scheduled")],
            [Wanted(0, 60), Wanted(3, 60), Wanted(7, 60), Wanted(10, 60), Wanted(14, 60)], 48, zone, Monday.AddDays(5));

        Assert.Equal((Ids[2], Monday.AddDays(14).AddMinutes(60)), change.Keep.Select(one => (one.Id, one.Date.StartsAt)).Single());
        Assert.Equal([Monday.AddDays(10).AddMinutes(60)], change.Add.Select(one => one.StartsAt));
        Assert.Empty(change.Remove);

        // Nothing is wanted any more: what is to come goes.
        Assert.Equal([Ids[2]], PlannedDates.Decide(
            [Existing(0, "finalised"), Existing(1, "ready", own: true), Existing(2, "scheduled")], [Wanted(0, 0)], 48, zone, Monday.AddDays(5)).Remove);
    }

    private const int Week = 7 * 1440;

    private static PlannedDate Date(int week, bool cancelled = false, bool final = false) => new(
        Ids[week], Monday.AddDays(7 * week), 48, cancelled ? Monday.AddDays(-1) : null, final ? Monday.AddDays(7 * week).AddMinutes(90) : null, NobodyCame: false, AssumedEnd: null);

    private static SittingSpan Sitting(string id, int week, int from, int? to) => new(
        id, Monday.AddDays(7 * week).AddMinutes(from), to is { } end ? Monday.AddDays(7 * week).AddMinutes(end) : null, Monday.AddDays(7 * week).AddMinutes(from), null);

    private static SeriesState Derive(int now, params SittingSpan[] sittings) => Derive(now, sittings, final: []);

    private static SeriesState Derive(int now, SittingSpan[]? sittings = null, int[]? final = null, int[]? cancelled = null) => SeriesLifecycle.Derive(
        hasLink: true, isOpen: true, opensAhead: false, openFor: null, cancelledAt: null,
        [.. Enumerable.Range(0, 3).Select(week => Date(week, cancelled?.Contains(week) is true, final?.Contains(week) is true))], sittings ?? [], Monday.AddMinutes(now));

    private static void Is(SeriesState state, string dates, int current, string meeting)
    {
        Assert.Equal(dates, string.Join(' ', Ids.Select(id => state.Dates[id].State.Word())));
        Assert.Equal((Ids[current], meeting), (state.Current.Id, state.Meeting.State.Word()));
    }
}

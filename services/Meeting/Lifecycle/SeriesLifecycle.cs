namespace Meetings.Meeting.Lifecycle;

/// <summary>One planned date of a meeting, with what is known of it.</summary>
/// <param name="CancelledAt">When this date was called off.</param>
/// <param name="FinalizedAt">When its attendance was last made final.</param>
/// <param name="NobodyCame">What that finalisation said.</param>
/// <param name="AssumedEnd">The end that it went by.</param>
internal sealed record PlannedDate(
    Guid Id, DateTimeOffset StartsAt, int DurationMinutes, DateTimeOffset? CancelledAt, DateTimeOffset? FinalizedAt, bool NobodyCame, DateTimeOffset? AssumedEnd)
{
    /// <summary>When it was over by the clock and nobody had come.</summary>
    public DateTimeOffset? ClosedAt { get; init; }

    public DateTimeOffset EndsAt => StartsAt.AddMinutes(DurationMinutes);
}

/// <summary>Where a meeting and each of its dates are.</summary>
/// <param name="Current">The date that runs, else the next, else the last: the one that somebody means who asks for the meeting.</param>
/// <param name="Meeting">Of the meeting as a whole.</param>
/// <param name="Dates">Of each date.</param>
/// <param name="IsOpen">The provider's room is there for the current date.</param>
internal sealed record SeriesState(PlannedDate Current, LifecycleState Meeting, IReadOnlyDictionary<Guid, LifecycleState> Dates, bool IsOpen);

/// <summary>
/// The state of a meeting with one date or many. Each date has a life of its own (<see cref="MeetingLifecycle"/>), made of the sittings that are nearest to it;
/// the meeting is where its current date is.
/// </summary>
internal static class SeriesLifecycle
{
    /// <param name="hasLink">The provider has the meeting and gave a link to join it.</param>
    /// <param name="isOpen">And its room is there.</param>
    /// <param name="opensAhead">A room that is opened shortly before each date, so that it is there for one of them only.</param>
    /// <param name="openFor">Namely for this one.</param>
    /// <param name="cancelledAt">When the meeting was called off as a whole: what has not been held of it is.</param>
    /// <param name="dates">At least one.</param>
    /// <param name="sittings">All there are.</param>
    /// <param name="now">Which date is the next.</param>
    public static SeriesState Derive(
        bool hasLink, bool isOpen, bool opensAhead, Guid? openFor, DateTimeOffset? cancelledAt, IReadOnlyList<PlannedDate> dates,
        IReadOnlyCollection<SittingSpan> sittings, DateTimeOffset now)
    {
        var held = Closed(dates, sittings).ToLookup(sitting => Nearest(dates, sitting.FirstSign ?? sitting.HeardAt).Id);
        var whole = dates.Count == 1 ? cancelledAt : null;
        bool IsOpenFor(PlannedDate date) => isOpen && (!opensAhead || date.Id == (openFor ?? dates[0].Id));
        LifecycleState Of(PlannedDate date) => MeetingLifecycle.Derive(new LifecycleFacts(
            hasLink && IsOpenFor(date), date.CancelledAt ?? whole, date.FinalizedAt, date.NobodyCame, date.AssumedEnd, [.. held[date.Id]])
        {
            ClosedAt = date.ClosedAt,
        });

        var states = dates.ToDictionary(date => date.Id, Of);
        var current = Current(dates, states, now);
        if (dates.Count == 1) return new SeriesState(current, states[current.Id], states, IsOpenFor(current));

        var state = states[current.Id];
        var meeting = state with
        {
            State = cancelledAt is not null ? MeetingState.Cancelled : state.State,
            NoShow = cancelledAt is null && state.NoShow,
            EndedAt = state.State is MeetingState.Live ? null : states.Values.Max(one => one.EndedAt),
        };
        return new SeriesState(current, meeting, states, IsOpenFor(current));
    }

    /// <summary>The date nearest to an instant, as Attendance finds it (its SittingAssignment): both must say the same of a sitting.</summary>
    public static PlannedDate Nearest(IReadOnlyList<PlannedDate> dates, DateTimeOffset at) =>
        dates.Count == 1 ? dates[0] : dates.OrderBy(date => Distance(date, at)).ThenBy(date => date.StartsAt).ThenBy(date => date.Id).First();

    /// <summary>A provider runs one sitting of a meeting at a time: with the first of another date an older one is over, also when its end was never told.</summary>
    private static IEnumerable<SittingSpan> Closed(IReadOnlyList<PlannedDate> dates, IReadOnlyCollection<SittingSpan> sittings)
    {
        if (dates.Count == 1 || sittings.MaxBy(sitting => sitting.FirstSign) is not { FirstSign: { } at }) return sittings;
        var last = Nearest(dates, at).Id;
        return sittings.Select(sitting =>
            sitting is { EndedAt: null, FirstSign: { } sign } && Nearest(dates, sign).Id != last ? sitting with { EndedAt = sitting.LastSign } : sitting);
    }

    private static PlannedDate Current(IReadOnlyList<PlannedDate> dates, Dictionary<Guid, LifecycleState> states, DateTimeOffset now)
    {
        var inOrder = dates.OrderBy(date => date.StartsAt).ThenBy(date => date.Id).ToList();
        return inOrder.LastOrDefault(date => states[date.Id].State is MeetingState.Live)
            ?? inOrder.FirstOrDefault(date => date.EndsAt > now && states[date.Id].State is MeetingState.Scheduled or MeetingState.Ready)
            ?? inOrder.LastOrDefault(date => states[date.Id].State is not MeetingState.Cancelled)
            ?? inOrder[^1];
    }

    private static TimeSpan Distance(PlannedDate date, DateTimeOffset at) =>
        at < date.StartsAt ? date.StartsAt - at
        : at >= date.EndsAt ? at - date.EndsAt
        : TimeSpan.Zero;
}

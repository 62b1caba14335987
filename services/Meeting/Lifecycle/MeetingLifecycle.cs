namespace Meetings.Meeting.Lifecycle;

/// <summary>
/// The one state machine. The state is a function of the set of facts: events may come twice, late and in any order, and the same facts
/// always give the same state.
/// </summary>
internal static class MeetingLifecycle
{
    public static LifecycleState Derive(LifecycleFacts facts)
    {
        // A provider runs one sitting of a meeting at a time, so the newest decides, also when the end of an older one was never told.
        var opened = facts.Sittings.Where(sitting => sitting.FirstSign is not null).ToList();
        var newest = opened.OrderBy(sitting => sitting.FirstSign).ThenBy(sitting => sitting.SittingId, StringComparer.Ordinal).LastOrDefault();
        var startedAt = opened.Min(sitting => sitting.StartedAt);
        var endedAt = newest?.EndedAt is null ? null : opened.Max(sitting => sitting.EndedAt);

        if (facts.CancelledAt is not null) return new LifecycleState(MeetingState.Cancelled, NoShow: false, startedAt, endedAt);

        var final = IsFinal(facts, newest);
        var state =
            newest is { EndedAt: null } ? MeetingState.Live
            : final ? MeetingState.Finalised
            : newest is not null ? MeetingState.Ended
            : facts.JoinLinkWorks ? MeetingState.Ready
            : MeetingState.Scheduled;

        return new LifecycleState(state, final && facts.NobodyCame && state is MeetingState.Finalised, startedAt, endedAt);
    }

    /// <summary>A sitting that began after the finalisation reopens the meeting.</summary>
    private static bool IsFinal(LifecycleFacts facts, SittingSpan? newest)
    {
        if (facts.FinalizedAt is not { } finalizedAt) return false;
        if (newest is null) return true;

        // What we have heard of has happened: a provider's clock that runs ahead must not keep a meeting open for ever.
        var began = newest.FirstSign < newest.HeardAt ? newest.FirstSign : newest.HeardAt;
        return began <= finalizedAt;
    }
}

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
        var final = IsFinal(facts, newest);
        var endedAt = newest switch
        {
            null => facts.ClosedAt,
            { EndedAt: not null } => opened.Max(sitting => sitting.EndedAt),
            _ => final ? ClosedAt(facts, newest, opened) : null,
        };

        if (facts.CancelledAt is not null) return new LifecycleState(MeetingState.Cancelled, NoShow: false, startedAt, endedAt);

        var state =
            final ? MeetingState.Finalised
            : newest is { EndedAt: null } ? MeetingState.Live
            : newest is not null || facts.ClosedAt is not null ? MeetingState.Ended
            : facts.JoinLinkWorks ? MeetingState.Ready
            : MeetingState.Scheduled;

        return new LifecycleState(state, final ? facts.NobodyCame : newest is null && facts.ClosedAt is not null, startedAt, endedAt);
    }

    /// <summary>
    /// A finalisation closes what was last heard of before it, also when the end of the newest sitting was never told. A sitting that began after it, or
    /// whoever came in after it, opens the meeting again.
    /// </summary>
    private static bool IsFinal(LifecycleFacts facts, SittingSpan? newest) =>
        facts.FinalizedAt is { } finalizedAt && (newest is null || newest.LastSign <= finalizedAt);

    /// <summary>The end that nobody told: what Attendance went by, and no earlier than what is known to have happened.</summary>
    private static DateTimeOffset? ClosedAt(LifecycleFacts facts, SittingSpan newest, IEnumerable<SittingSpan> opened) =>
        opened.Select(sitting => sitting.EndedAt).Append(facts.AssumedEnd).Append(newest.LastSign).Append(newest.StartedAt).Max();
}

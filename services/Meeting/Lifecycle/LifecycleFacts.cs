namespace Meetings.Meeting.Lifecycle;

/// <summary>One sitting of a meeting, as far as it is known.</summary>
/// <param name="StartedAt">The earliest sign of it by the provider's clock; null when only its end, or only people who wait for it, are known.</param>
/// <param name="EndedAt">Null while nobody told of its end.</param>
/// <param name="HeardAt">When we first heard of it, by our own clock.</param>
/// <param name="SeenAt">When somebody was last seen to come in, by the provider's clock or by ours, whichever is earlier; null when that decides nothing.</param>
internal sealed record SittingSpan(string SittingId, DateTimeOffset? StartedAt, DateTimeOffset? EndedAt, DateTimeOffset HeardAt, DateTimeOffset? SeenAt)
{
    /// <summary>Null for a sitting that has not been opened.</summary>
    public DateTimeOffset? FirstSign => StartedAt ?? EndedAt;

    /// <summary>
    /// The newest sign of life. What we have heard of has happened: a provider's clock that runs ahead must not keep a meeting open for ever.
    /// </summary>
    public DateTimeOffset LastSign
    {
        get
        {
            var began = FirstSign < HeardAt ? FirstSign.Value : HeardAt;
            return SeenAt > began ? SeenAt.Value : began;
        }
    }
}

/// <summary>Everything that a meeting's state depends on. The order in which it became known is not part of it.</summary>
/// <param name="JoinLinkWorks">The provider has the meeting and gave a link to join it.</param>
/// <param name="CancelledAt">When it was called off, if it was.</param>
/// <param name="FinalizedAt">When its attendance was last made final, by our clock.</param>
/// <param name="NobodyCame">What that finalisation said.</param>
/// <param name="AssumedEnd">The end that it went by; null when it knew of none.</param>
internal sealed record LifecycleFacts(
    bool JoinLinkWorks, DateTimeOffset? CancelledAt, DateTimeOffset? FinalizedAt, bool NobodyCame, DateTimeOffset? AssumedEnd,
    IReadOnlyCollection<SittingSpan> Sittings)
{
    /// <summary>When it was over by the clock and nobody had come.</summary>
    public DateTimeOffset? ClosedAt { get; init; }
}

/// <summary>Where a meeting is in its life.</summary>
/// <param name="NoShow">It is over and nobody came.</param>
/// <param name="StartedAt">Start of its first sitting.</param>
/// <param name="EndedAt">End of its newest sitting, or the best that is known of it; null while it is live.</param>
internal sealed record LifecycleState(MeetingState State, bool NoShow, DateTimeOffset? StartedAt, DateTimeOffset? EndedAt);

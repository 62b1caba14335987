namespace Meetings.Contracts.Meetings;

/// <summary>The whole state of a meeting after a change. Consumers keep the highest version and ignore the rest.</summary>
/// <param name="Version">Grows with every change of this meeting.</param>
/// <param name="RoomId">Human-chosen or generated alias, unique among the not deleted.</param>
/// <param name="ProviderMeetingId">The provider's name of it; null until the provider has it.</param>
/// <param name="TimeZone">IANA id in which the meeting was planned.</param>
/// <param name="State">scheduled, ready, live, ended, finalised or cancelled.</param>
/// <param name="Occurrences">One per planned date; attendance is taken per occurrence.</param>
public sealed record MeetingChanged(
    Guid MeetingId, long Version, Guid AcademyId, Guid? ClassId, Guid OwnerId, Guid HostId, string Title, string RoomId,
    string Provider, string? ProviderMeetingId, string TimeZone, string Audience, string State, IReadOnlyList<MeetingOccurrence> Occurrences)
{
    public string? Description { get; init; }

    /// <summary>How one gets in; never the host's own link. Null until the provider has the meeting, and once it is cancelled.</summary>
    public string? JoinUrl { get; init; }

    /// <summary>People may be registered for it. Not once it is cancelled: their registrations are void then.</summary>
    public bool RegistrationEnabled { get; init; }

    /// <summary>Who helps the host.</summary>
    public IReadOnlyList<Guid> CoHostIds { get; init; } = [];

    /// <summary>It is gone for everybody; what was recorded of it stays. One that was never held is cancelled as well.</summary>
    public DateTimeOffset? DeletedAt { get; init; }
}

/// <summary>One planned date of a meeting.</summary>
/// <param name="StartsAt">Planned start.</param>
/// <param name="DurationMinutes">Planned length; the lesson's window is [StartsAt, StartsAt + DurationMinutes).</param>
public sealed record MeetingOccurrence(Guid OccurrenceId, DateTimeOffset StartsAt, int DurationMinutes)
{
    /// <summary>Called off by itself. No attendance is taken; what is held then all the same is this date's, and no other's.</summary>
    public bool IsCancelled { get; init; }
}

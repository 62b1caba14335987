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
    string Provider, string? ProviderMeetingId, string TimeZone, string Audience, string State, IReadOnlyList<MeetingOccurrence> Occurrences);

/// <summary>One planned date of a meeting.</summary>
/// <param name="StartsAt">Planned start.</param>
/// <param name="DurationMinutes">Planned length; the lesson's window is [StartsAt, StartsAt + DurationMinutes).</param>
public sealed record MeetingOccurrence(Guid OccurrenceId, DateTimeOffset StartsAt, int DurationMinutes);

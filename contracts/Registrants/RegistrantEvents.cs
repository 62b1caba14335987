namespace Meetings.Contracts.Registrants;

/// <summary>Somebody is registered for a meeting at its provider: what the provider tells of that registration is about this person.</summary>
/// <param name="ProviderMeetingId">The provider's name of the meeting.</param>
/// <param name="RegistrantId">The provider's name of the registration. The way in that goes with it is the person's own and in no event.</param>
public sealed record RegistrantApproved(Guid MeetingId, Guid AcademyId, Guid PersonId, string Provider, string ProviderMeetingId, string RegistrantId);

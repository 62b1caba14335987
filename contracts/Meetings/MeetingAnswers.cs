using Meetings.Contracts.Meetings.V1;

namespace Meetings.Contracts.Meetings;

/// <summary>What the Meeting service answers by gRPC, as the event that tells the same: a service remembers both in one way.</summary>
public static class MeetingAnswers
{
    public static MeetingChanged ToChange(this Meeting meeting) => new(
        Guid.Parse(meeting.MeetingId), meeting.Version, Guid.Parse(meeting.AcademyId), meeting.ClassId.Length > 0 ? Guid.Parse(meeting.ClassId) : null,
        Guid.Parse(meeting.OwnerId), Guid.Parse(meeting.HostId), meeting.Title, meeting.RoomId, meeting.Provider,
        meeting.ProviderMeetingId.Length > 0 ? meeting.ProviderMeetingId : null, meeting.TimeZone, meeting.Audience, meeting.State,
        [.. meeting.Occurrences.Select(date => new MeetingOccurrence(Guid.Parse(date.OccurrenceId), date.StartsAt.ToDateTimeOffset(), date.DurationMinutes)
        {
            IsCancelled = date.IsCancelled,
        })])
    {
        RegistrationEnabled = meeting.RegistrationEnabled,
        CoHostIds = [.. meeting.CoHostIds.Select(Guid.Parse)],
    };
}

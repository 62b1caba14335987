using Grpc.Core;
using Meetings.Contracts.Meetings;
using Meetings.Contracts.Meetings.V1;

namespace Meetings.Attendance.Lessons;

/// <summary>Asks the Meeting service for what the copy misses, and remembers the answer.</summary>
internal sealed class MeetingQuestions(MeetingDirectory.MeetingDirectoryClient meetings, RememberMeeting remember)
{
    /// <summary>By UUID or room id. False when there is no such meeting.</summary>
    public Task<bool> TryLearnAsync(string meetingId, CancellationToken ct) => TryLearnAsync(new FindMeetingRequest { MeetingId = meetingId }, ct);

    /// <summary>By the provider's name of it. False when it is none of ours.</summary>
    public Task<bool> TryLearnAsync(string provider, string meetingId, CancellationToken ct) =>
        TryLearnAsync(new FindMeetingRequest { ProviderMeeting = new ProviderMeeting { Provider = provider, MeetingId = meetingId } }, ct);

    private async Task<bool> TryLearnAsync(FindMeetingRequest request, CancellationToken ct)
    {
        try
        {
            await remember.HandleAsync(ToChange(await meetings.FindMeetingAsync(request, cancellationToken: ct)), ct);
            return true;
        }
        catch (RpcException e) when (e.StatusCode is StatusCode.NotFound or StatusCode.InvalidArgument)
        {
            return false;
        }
    }

    private static MeetingChanged ToChange(Meeting meeting) => new(
        Guid.Parse(meeting.MeetingId), meeting.Version, Guid.Parse(meeting.AcademyId), meeting.ClassId.Length > 0 ? Guid.Parse(meeting.ClassId) : null,
        Guid.Parse(meeting.OwnerId), Guid.Parse(meeting.HostId), meeting.Title, meeting.RoomId, meeting.Provider,
        meeting.ProviderMeetingId.Length > 0 ? meeting.ProviderMeetingId : null, meeting.TimeZone, meeting.Audience, meeting.State,
        [.. meeting.Occurrences.Select(date => new MeetingOccurrence(Guid.Parse(date.OccurrenceId), date.StartsAt.ToDateTimeOffset(), date.DurationMinutes)
        {
            IsCancelled = date.IsCancelled,
        })]);
}

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
            await remember.HandleAsync((await meetings.FindMeetingAsync(request, cancellationToken: ct)).ToChange(), ct);
            return true;
        }
        catch (RpcException e) when (e.StatusCode is StatusCode.NotFound or StatusCode.InvalidArgument)
        {
            return false;
        }
    }
}

using Meetings.ServiceDefaults.Data;
using Meetings.ServiceDefaults.Security;

namespace Meetings.Meeting.Scheduling;

/// <summary>One meeting, by UUID or room id. What the caller may not see does not exist.</summary>
internal sealed partial class GetMeeting(Database db, ILogger<GetMeeting> logger)
{
    public static void Map(RouteGroupBuilder meetings) => meetings.MapGet(
        "/{id}", (string id, Caller caller, HttpResponse response, GetMeeting useCase, CancellationToken ct) => useCase.HandleAsync(id, caller, response, ct))
        .WithName("GetMeeting")
        .Produces<MeetingResponse>();

    private async Task<IResult> HandleAsync(string id, Caller caller, HttpResponse response, CancellationToken ct)
    {
        await using var session = await db.BeginAsync(caller, ct);
        if (await VisibleMeeting.FindAsync(session, id, ct) is not { } meeting) return Problems.MeetingNotFound;
        if (!meeting.MayBeSeenBy(caller))
        {
            LogWallsDisagree(meeting.Id);
            return Problems.MeetingNotFound;
        }

        return MeetingAnswer.Of(meeting, response);
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "Row level security shows meeting {MeetingId} to someone who may not see it; it was withheld")]
    private partial void LogWallsDisagree(Guid meetingId);
}

using Meetings.Meeting.Access;
using Meetings.Meeting.Lifecycle;
using Meetings.Meeting.Providers;
using Meetings.Meeting.Scheduling;
using Meetings.ServiceDefaults.Data;
using Meetings.ServiceDefaults.Security;

namespace Meetings.Meeting.Joining;

/// <summary>
/// A meeting's room as its provider has it now. One that should be there and was lost is made again; when the provider cannot be asked, the answer comes
/// from our own records and says so.
/// </summary>
internal sealed partial class GetRoom(Database db, MeetingProviders providers, RoomOpener opener, ILogger<GetRoom> logger)
{
    /// <param name="RoomName">The provider's name of it; null until it has one.</param>
    /// <param name="RoomSid">The sitting's own id; null while there is none.</param>
    /// <param name="ParticipantCount">Connections in it now.</param>
    /// <param name="Participants">For those who run the meeting and those who are inside; empty for everybody else.</param>
    /// <param name="IsActive">The room is open, also when nobody is in it.</param>
    /// <param name="CreatedAt">When this sitting's room was made.</param>
    /// <param name="FallbackMode">The provider could not be asked.</param>
    public sealed record Response(
        string? RoomName, string? RoomSid, int ParticipantCount, IReadOnlyList<Participant> Participants, bool IsActive, DateTimeOffset? CreatedAt,
        bool FallbackMode);

    /// <param name="Id">This connection's.</param>
    /// <param name="UserId">Null for somebody who is nobody here.</param>
    public sealed record Participant(string Id, string Identity, Guid? UserId, string Name, DateTimeOffset? JoinedAt, bool IsPublisher);

    public static void Map(RouteGroupBuilder meetings) => meetings.MapGet(
        "/{id}/room", (string id, Caller caller, GetRoom useCase, CancellationToken ct) => useCase.HandleAsync(id, caller, ct))
        .WithName("GetRoom")
        .Produces<Response>();

    private async Task<IResult> HandleAsync(string id, Caller caller, CancellationToken ct)
    {
        if (await VisibleMeeting.FindForAsync(db, id, caller, ct) is not { } meeting) return Scheduling.Problems.MeetingNotFound;
        if (meeting.ProviderMeetingId is not { } room || providers.Find(meeting.Provider) is not { } provider) return TypedResults.Ok(FromRecords(meeting));

        try
        {
            var found = await provider.RoomAsync(room, ct);
            if (found is null && ShouldBeOpen(meeting))
            {
                await opener.OpenAsync(meeting, ct);
                found = await provider.RoomAsync(room, ct);
                LogMadeAgain(meeting.Id);
            }

            return TypedResults.Ok(found is null ? new Response(room, null, 0, [], false, null, false) : Live(found, meeting, caller));
        }
        catch (ProviderException e)
        {
            LogFallback(meeting.Id, e.Failure, e.Code);
            return TypedResults.Ok(FromRecords(meeting));
        }
    }

    private static bool ShouldBeOpen(VisibleMeeting meeting) => meeting.State is MeetingState.Ready or MeetingState.Live;

    private static Response Live(ProviderRoom room, VisibleMeeting meeting, Caller caller)
    {
        var participants = room.Participants
            .Select(one => new Participant(one.ConnectionId, one.Identity, RoomIdentity.PersonIn(one.Identity), one.Name, one.JoinedAt, one.IsPublisher)).ToList();
        var maySeeThem = meeting.Allows(caller, MeetingAction.Manage) || participants.Any(one => one.UserId == caller.PersonId);
        return new Response(room.Id, room.SittingId, participants.Count, maySeeThem ? participants : [], true, room.CreatedAt, false);
    }

    // What was told is not what is: nobody is said to be there of whom the provider does not say it now.
    private static Response FromRecords(VisibleMeeting meeting) => new(meeting.ProviderMeetingId, null, 0, [], false, meeting.StartedAt, true);

    [LoggerMessage(Level = LogLevel.Information, Message = "The room of meeting {MeetingId} was gone at its provider and was made again")]
    private partial void LogMadeAgain(Guid meetingId);

    [LoggerMessage(Level = LogLevel.Information, Message = "The provider does not tell of the room of meeting {MeetingId} ({Failure}, code {Code}); answered from our records")]
    private partial void LogFallback(Guid meetingId, ProviderFailure failure, string? code);
}

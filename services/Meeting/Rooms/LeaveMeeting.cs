using Meetings.Meeting.Scheduling;
using Meetings.ServiceDefaults.Data;
using Meetings.ServiceDefaults.Security;

namespace Meetings.Meeting.Rooms;

/// <summary>Goes, or gives up waiting. With a host the room may end, as its <c>onHostLeave</c> says. Going twice is going once.</summary>
internal sealed partial class LeaveMeeting(Database db, RoomVisitors visitors, ProviderPlaces providerPlaces, TimeProvider clock, ILogger<LeaveMeeting> logger)
{
    public static void Map(RouteGroupBuilder meetings) => meetings.MapPost(
        "/{id}/leave", (string id, Caller caller, LeaveMeeting useCase, CancellationToken ct) => useCase.HandleAsync(id, caller, ct))
        .WithName("LeaveMeeting")
        .Produces<PlaceResponse>();

    private async Task<IResult> HandleAsync(string id, Caller caller, CancellationToken ct)
    {
        if (await visitors.FindAsync(id, caller, ct) is not { } visit) return Problems.MeetingNotFound;
        var meeting = visit.Meeting;
        if (meeting.DoorIsAtProvider) return TypedResults.Ok(await providerPlaces.ReadAsync(meeting, caller, displayName: null, ct));
        if (visit.Place is not { } place) return RoomProblems.PlaceNotFound;
        if (!place.IsOpen) return TypedResults.Ok(PlaceResponse.Of(meeting, place));

        var now = clock.GetUtcNow();
        var args = new
        {
            place.MeetingId, place.Epoch, caller.PersonId, now, From = PlaceMoves.From(PlaceMove.Leave), To = PlaceMoves.To(PlaceMove.Leave), IsLive = true,
        };
        await using var session = await db.BeginAsServiceAsync(ct);
        var isHost = place.Role == PlaceRole.Host.Word();
        if (isHost && await Door.LockAsync(session, meeting.Row, ct) is null) return Problems.MeetingNotFound;
        // Who has gone before goes nowhere, and ends nothing: a host whose connection broke meanwhile is still waited for.
        var went = await session.ExecuteAsync(Go, args, ct) > 0;

        if (isHost && went && RoomEnd.EndsAtOnce(meeting.OnHostLeave, await session.ScalarAsync<bool>(IsHostHere, args, ct))
            && await Door.CloseAsync(session, place.MeetingId, now, tellProvider: true, ct))
        {
            await MeetingRefresh.ApplyAsync(session, place.MeetingId, now, changed: false, ct);
            LogEnded(place.MeetingId, place.Epoch);
        }

        var left = await session.QuerySingleOrDefaultAsync<PlaceRow>(PlaceRow.Find, args, ct);
        await session.CommitAsync(ct);
        return TypedResults.Ok(PlaceResponse.Of(meeting, left!));
    }

    private const string Go = """
        update place set status = @To, left_at = @now where meeting_id = @MeetingId and epoch = @Epoch and person_id = @PersonId and status = any(@From)
        """;

    private const string IsHostHere = "select exists (select from room_people(@MeetingId) where here and role = 'host')";

    [LoggerMessage(Level = LogLevel.Information, Message = "Meeting {MeetingId}, sitting {Epoch}, ended with its host")]
    private partial void LogEnded(Guid meetingId, int epoch);
}

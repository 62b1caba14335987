using Meetings.Contracts.LiveKit;
using Meetings.LiveKitSandbox.Rooms;
using Meetings.LiveKitSandbox.Webhooks;

namespace Meetings.LiveKitSandbox.Control;

/// <summary>Directs rooms from outside: who comes, goes and publishes, and how a room or the server ends.</summary>
internal sealed class StageEndpoints(RoomStore store, RoomLife life, DeliveryQueue deliveries, TimeProvider clock)
{
    public static void Map(IEndpointRouteBuilder control)
    {
        control.MapPost("/join", (JoinRequest request, JoinRoom useCase) => useCase.Handle(request));
        var room = control.MapGroup("/rooms/{room}");
        room.MapPost("/connect", (string room, ParticipantRequest request, StageEndpoints e) => e.Connect(room, request));
        room.MapPost("/leave", (string room, LeaveRequest request, StageEndpoints e) => e.Leave(room, request));
        room.MapPost("/publish", (string room, PublishRequest request, StageEndpoints e) => e.Publish(room, request));
        room.MapPost("/unpublish", (string room, UnpublishRequest request, StageEndpoints e) => e.Unpublish(room, request));
        room.MapPost("/end", (string room, EndRequest request, StageEndpoints e) => e.End(room, request));
        room.MapPost("/forget", (string room, StageEndpoints e) => e.Forget(room));
        control.MapPost("/shutdown", (ControlRequest request, StageEndpoints e) => e.Shutdown(request));
        control.MapPost("/crash", (StageEndpoints e) => e.Crash());
    }

    public static IResult Answer(LiveRoom room, LiveParticipant participant) => Results.Ok(new Connection(
        room.Name, room.Info.Sid, participant.Info.Sid, participant.Info.Identity, participant.Info.State));

    private IResult Connect(string room, ParticipantRequest request) => OnParticipant(room, request, (found, participant, at) =>
    {
        if (participant.IsActive) return Conflict("The connection stands.");
        life.Connect(found, participant, at, request.Delivery);
        return Answer(found, participant);
    });

    private IResult Leave(string room, LeaveRequest request) => OnParticipant(room, request, (found, participant, at) =>
    {
        life.Leave(found, participant, request.Reason, at, request.Delivery);
        return Answer(found, participant);
    });

    private IResult Publish(string room, PublishRequest request) => OnParticipant(room, request, (found, participant, at) =>
    {
        var permission = participant.Info.Permission;
        var allowed = permission.CanPublish && (permission.CanPublishSources.Count == 0 || permission.CanPublishSources.Contains(request.Source));
        if (!participant.IsActive || !allowed) return Conflict("The participant is not connected, or may not publish that.");
        return Results.Ok(new { TrackSid = life.Publish(found, participant, request.Source, at, request.Delivery).Sid });
    });

    private IResult Unpublish(string room, UnpublishRequest request) => OnParticipant(room, request, (found, participant, at) =>
    {
        if (participant.Info.Tracks.FirstOrDefault(t => t.Sid == request.TrackSid) is not { } track) return NotFound("There is no such track.");
        life.Unpublish(found, participant, track, at, request.Delivery);
        return Answer(found, participant);
    });

    private IResult End(string room, EndRequest request) => store.With(data =>
    {
        if (data.Find(room) is not { } found) return NotFound("There is no such room.");
        life.Close(data, found, request.Reason, When(request), request.Delivery, request.LeavesDelivery);
        return Results.Ok(new { Room = found.Name, RoomSid = found.Info.Sid });
    });

    /// <summary>The server loses a room, with what it was about to tell of it. Nobody hears of it.</summary>
    private IResult Forget(string room) => store.With(data =>
    {
        if (!data.Rooms.Remove(room)) return NotFound("There is no such room.");
        deliveries.Lose(room);
        return Results.NoContent();
    });

    /// <summary>The server stops in good order and starts again: every room is closed, and told.</summary>
    private IResult Shutdown(ControlRequest request) => store.With(data =>
    {
        foreach (var room in data.Rooms.Values.ToList())
        {
            life.Close(data, room, DisconnectReason.ServerShutdown, When(request), request.Delivery, request.Delivery);
        }

        return Results.NoContent();
    });

    /// <summary>The server dies and starts again: it knows nothing, and nobody hears of what it knew.</summary>
    private IResult Crash() => store.With(data =>
    {
        data.Rooms.Clear();
        deliveries.Lose();
        return Results.NoContent();
    });

    private IResult OnParticipant(string room, ParticipantRequest request, Func<LiveRoom, LiveParticipant, DateTimeOffset, IResult> act) => store.With(data =>
    {
        if (data.Find(room) is not { } found) return NotFound("There is no such room.");
        return (found.Participants.Find(p => p.Info.Sid == request.Participant) ?? found.Find(request.Participant)) is { } participant
            ? act(found, participant, When(request))
            : NotFound("There is no such participant.");
    });

    private DateTimeOffset When(ControlRequest request) => (request.At ?? clock.GetUtcNow()).ToUniversalTime();

    private static IResult NotFound(string why) => Results.Problem(why, statusCode: StatusCodes.Status404NotFound);

    private static IResult Conflict(string why) => Results.Problem(why, statusCode: StatusCodes.Status409Conflict);
}

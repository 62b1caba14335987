using Meetings.ZoomSandbox.Meetings;
using Meetings.ZoomSandbox.State;
using Meetings.ZoomSandbox.Webhooks;
using Microsoft.Extensions.Options;

namespace Meetings.ZoomSandbox.Control;

/// <summary>Directs a meeting from outside: who comes, goes and waits, and when.</summary>
internal sealed class StageEndpoints(
    SandboxState state, Stage stage, RecordingEvents recordings, DeliveryQueue deliveries, IOptions<ZoomOptions> options, TimeProvider clock)
{
    public static void Map(IEndpointRouteBuilder control)
    {
        var meeting = control.MapGroup("/meetings/{meetingId}");
        meeting.MapPost("/start", (string meetingId, ControlRequest request, StageEndpoints e) => e.Start(meetingId, request));
        meeting.MapPost("/join", (string meetingId, JoinRequest request, StageEndpoints e) => e.Come(meetingId, request, e.Stage.Join));
        meeting.MapPost("/waiting-room/enter", (string meetingId, JoinRequest request, StageEndpoints e) =>
            e.Come(meetingId, request, e.Stage.EnterWaitingRoom));
        meeting.MapPost("/waiting-room/admit", (string meetingId, ConnectionRequest request, StageEndpoints e) =>
            e.Move(meetingId, request, StayPlace.WaitingRoom, (_, m, s, stay) => e.Stage.Admit(m, s, stay, request)));
        meeting.MapPost("/waiting-room/put-back", (string meetingId, ConnectionRequest request, StageEndpoints e) =>
            e.Move(meetingId, request, StayPlace.Meeting, (_, m, s, stay) => e.Stage.PutBack(m, s, stay, request)));
        meeting.MapPost("/breakout/join", (string meetingId, ConnectionRequest request, StageEndpoints e) =>
            e.Move(meetingId, request, StayPlace.Meeting, (data, m, s, stay) => e.Stage.JoinBreakout(data, m, s, stay, request)));
        meeting.MapPost("/breakout/leave", (string meetingId, ConnectionRequest request, StageEndpoints e) =>
            e.Move(meetingId, request, StayPlace.BreakoutRoom, (_, m, s, stay) => { e.Stage.LeaveBreakout(m, s, stay, request); return stay; }));
        meeting.MapPost("/leave", (string meetingId, ConnectionRequest request, StageEndpoints e) => e.Leave(meetingId, request));
        meeting.MapPost("/end", (string meetingId, EndRequest request, StageEndpoints e) => e.End(meetingId, request));
        meeting.MapPost("/recording", (string meetingId, ControlRequest request, StageEndpoints e) => e.Record(meetingId, request));
    }

    private Stage Stage => stage;

    private IResult Start(string meetingId, ControlRequest request) => OnMeeting(meetingId, (data, meeting) =>
        meeting.Running is not null ? Conflict("The meeting is running.")
        : Results.Ok(new { MeetingId = meetingId, SittingUuid = stage.Start(data, meeting, request).Uuid }));

    private IResult Come(string meetingId, JoinRequest request, Func<SandboxData, Meeting, Sitting, Visitor, JoinRequest, Stay> come) =>
        OnSitting(meetingId, request, (data, meeting, sitting) =>
            Visitor.Of(data, meeting, sitting, request, options.Value, clock.GetUtcNow(), out var visitor) is { } refused ? Conflict(refused)
            : Answer(meeting, sitting, come(data, meeting, sitting, visitor, request)));

    private IResult Move(string meetingId, ConnectionRequest request, StayPlace from, Func<SandboxData, Meeting, Sitting, Stay, Stay> move) =>
        OnSitting(meetingId, request, (data, meeting, sitting) =>
        {
            var stay = Open(sitting, request).FirstOrDefault(s => s.Place == from);
            if (stay is null) return NotFound("No such connection is in that place.");
            return stage.When(request) < stay.JoinedAt ? TooEarly : Answer(meeting, sitting, move(data, meeting, sitting, stay));
        });

    private IResult Leave(string meetingId, ConnectionRequest request) => OnSitting(meetingId, request, (_, meeting, sitting) =>
    {
        var at = stage.When(request);
        if (Open(sitting, request).FirstOrDefault() is not { } stay) return NotFound("No such connection is there.");
        if (sitting.Stays.Exists(s => s.ParticipantUuid == stay.ParticipantUuid && s.LeftAt is null && s.JoinedAt > at)) return TooEarly;

        stage.Leave(meeting, sitting, stay.ParticipantUuid, at, request.Reason, request.Delivery);
        return Answer(meeting, sitting, stay);
    });

    private IResult End(string meetingId, EndRequest request) => OnSitting(meetingId, request, (_, meeting, sitting) =>
    {
        if (sitting.Stays.Exists(s => s.LeftAt is null && s.JoinedAt > stage.When(request))) return TooEarly;

        stage.End(meeting, sitting, request);
        return Results.Ok(new { MeetingId = meetingId, SittingUuid = sitting.Uuid });
    });

    private IResult Record(string meetingId, ControlRequest request) => OnMeeting(meetingId, (_, meeting) =>
    {
        if (meeting.Sittings.LastOrDefault() is not { EndedAt: not null } sitting) return Conflict("The meeting has not ended.");

        deliveries.Send(recordings.Completed(meeting, sitting, stage.When(request)), request.Delivery);
        return Results.Ok(new { MeetingId = meetingId, SittingUuid = sitting.Uuid });
    });

    private static IEnumerable<Stay> Open(Sitting sitting, ConnectionRequest request) =>
        sitting.Stays.Where(s => s.LeftAt is null && (s.ParticipantUuid == request.Connection || s.UserId == request.Connection));

    private static IResult Answer(Meeting meeting, Sitting sitting, Stay stay) => Results.Ok(new Connection(
        MeetingNumber.Text(meeting.Id), sitting.Uuid, stay.ParticipantUuid, stay.UserId,
        stay.LeftAt is null ? stay.Place.ToString() : "Left", stay.LeftAt ?? stay.JoinedAt));

    private IResult OnMeeting(string meetingId, Func<SandboxData, Meeting, IResult> act) => state.Change(data =>
        data.FindMeeting(meetingId, out var meeting) is null ? act(data, meeting) : NotFound("There is no such meeting."));

    private IResult OnSitting(string meetingId, ControlRequest request, Func<SandboxData, Meeting, Sitting, IResult> act) =>
        OnMeeting(meetingId, (data, meeting) =>
        meeting.Running is not { } sitting ? Conflict("The meeting is not running.")
        : stage.When(request) < sitting.StartedAt ? TooEarly
        : act(data, meeting, sitting));

    private static IResult TooEarly =>
        Results.Problem("That is before the sitting or the connection began.", statusCode: StatusCodes.Status400BadRequest);

    private static IResult NotFound(string why) => Results.Problem(why, statusCode: StatusCodes.Status404NotFound);

    private static IResult Conflict(string why) => Results.Problem(why, statusCode: StatusCodes.Status409Conflict);
}

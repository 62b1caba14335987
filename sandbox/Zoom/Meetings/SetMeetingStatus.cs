using Meetings.ZoomSandbox.Control;
using Meetings.ZoomSandbox.Limits;
using Meetings.ZoomSandbox.OAuth;
using Meetings.ZoomSandbox.State;

namespace Meetings.ZoomSandbox.Meetings;

/// <summary>Ends a running meeting for everybody. Recovering is for deleted meetings, which the sandbox does not keep.</summary>
internal sealed class SetMeetingStatus(SandboxState state, Stage stage, TimeProvider clock)
{
    public static void Map(IEndpointRouteBuilder app) => app.MapPut(
        "/v2/meetings/{meetingId}/status",
        (string meetingId, HttpRequest request, SetMeetingStatus useCase, CancellationToken ct) => useCase.HandleAsync(meetingId, request, ct))
        .ZoomCall(RateLabel.Light, "meeting:update:status:admin");

    private async Task<IResult> HandleAsync(string meetingId, HttpRequest request, CancellationToken ct)
    {
        if (await BodyReader.ReadAsync(request, ct) is not { } body) return ZoomError.NotJson;

        var reader = new BodyReader(body);
        var action = reader.Text("action", 16, required: true);
        if (action is not (null or "end" or "recover")) reader.Refuse("action");
        if (reader.Error is { } invalid) return invalid;

        return state.Change<IResult>(data =>
        {
            if (data.FindMeeting(meetingId, out var meeting) is { } refused) return refused;
            if (action == "recover") return Results.NoContent();
            if (meeting.Running is not { } sitting) return ZoomError.NotRunning;

            stage.End(meeting, sitting, new EndRequest { At = clock.GetUtcNow() });
            return Results.NoContent();
        });
    }
}

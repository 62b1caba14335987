using System.Text.Json.Nodes;
using Meetings.ZoomSandbox.Limits;
using Meetings.ZoomSandbox.Meetings;
using Meetings.ZoomSandbox.OAuth;
using Meetings.ZoomSandbox.State;

namespace Meetings.ZoomSandbox.Registrants;

/// <summary>Registers one person for a meeting.</summary>
internal sealed class AddRegistrant(SandboxState state, Registration registration, TimeProvider clock)
{
    public static void Map(IEndpointRouteBuilder app) => app.MapPost(
        "/v2/meetings/{meetingId}/registrants",
        (string meetingId, HttpRequest request, AddRegistrant useCase, CancellationToken ct) => useCase.HandleAsync(meetingId, request, ct))
        .ZoomCall(RateLabel.Light, "meeting:write:registrant:admin");

    private async Task<IResult> HandleAsync(string meetingId, HttpRequest request, CancellationToken ct)
    {
        if (await BodyReader.ReadAsync(request, ct) is not { } body) return ZoomError.NotJson;
        if (RegistrantRequest.Read(body, out var asked) is { } invalid) return invalid;

        return state.Change<IResult>(data =>
        {
            if (data.FindMeeting(meetingId, out var meeting) is { } unknown) return unknown;
            if (Registration.Refusal(meeting) is { } refused) return refused;
            if (registration.Enter(meeting, asked, clock.GetUtcNow(), out var registrant) is { } limited) return limited;

            var answer = new JsonObject { ["id"] = meeting.Id, ["registrant_id"] = registrant.Id, ["topic"] = meeting.Topic };
            if (meeting.StartTime is { } start) answer["start_time"] = ZoomJson.Text(start);

            // Who still waits for approval has no link yet.
            if (registrant.Status == Registrant.Approved) answer["join_url"] = registrant.JoinUrl(meeting.Id);
            if (meeting.Occurrences.Count > 0) answer["occurrences"] = MeetingView.Occurrences(meeting);
            answer["participant_pin_code"] = registrant.PinCode;
            return ZoomJson.Answer(answer, StatusCodes.Status201Created);
        });
    }
}

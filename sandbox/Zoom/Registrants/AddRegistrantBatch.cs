using System.Text.Json.Nodes;
using Meetings.ZoomSandbox.Limits;
using Meetings.ZoomSandbox.Meetings;
using Meetings.ZoomSandbox.OAuth;
using Meetings.ZoomSandbox.State;

namespace Meetings.ZoomSandbox.Registrants;

/// <summary>Registers up to thirty people at once, for a scheduled meeting only.</summary>
internal sealed class AddRegistrantBatch(SandboxState state, Registration registration, TimeProvider clock)
{
    private const int MaxPeople = 30;

    public static void Map(IEndpointRouteBuilder app) => app.MapPost(
        "/v2/meetings/{meetingId}/batch_registrants",
        (string meetingId, HttpRequest request, AddRegistrantBatch useCase, CancellationToken ct) => useCase.HandleAsync(meetingId, request, ct))
        .ZoomCall(RateLabel.Heavy, "meeting:write:batch_registrants:admin");

    private async Task<IResult> HandleAsync(string meetingId, HttpRequest request, CancellationToken ct)
    {
        if (await BodyReader.ReadAsync(request, ct) is not { } body) return ZoomError.NotJson;

        var reader = new BodyReader(body);
        var autoApprove = reader.Flag("auto_approve") ?? false;
        var rows = reader.Array("registrants");
        if (rows is null or { Count: 0 }) reader.Refuse("registrants", "Required field.");
        else if (rows.Count > MaxPeople) reader.Refuse("registrants", $"The number of registrants can not exceed {MaxPeople}.");
        if (reader.Error is { } invalid) return invalid;

        var people = new List<RegistrantRequest>();
        foreach (var row in rows!)
        {
            if (row is not JsonObject person) return ZoomError.Validation("registrants", "Invalid field.");
            if (RegistrantRequest.Read(person, out var asked) is { } wrong) return wrong;
            people.Add(asked with { AutoApprove = autoApprove });
        }

        return state.Change<IResult>(data =>
        {
            if (data.FindMeeting(meetingId, out var meeting) is { } unknown) return unknown;
            if (Registration.Refusal(meeting) is { } refused) return refused;
            if (meeting.Type != Meeting.Scheduled) return ZoomError.Validation("meetingId", "Only scheduled meetings take a batch of registrants.");

            var entered = new List<Registrant>();
            foreach (var person in people)
            {
                if (registration.Enter(meeting, person, clock.GetUtcNow(), out var registrant) is { } limited) return limited;
                entered.Add(registrant);
            }

            // Reversed: callers must match by e-mail, for Zoom promises no order.
            entered.Reverse();
            return ZoomJson.Answer(new JsonObject { ["registrants"] = new JsonArray([.. entered.Select(r => Row(meeting, r))]) });
        });
    }

    private static JsonObject Row(Meeting meeting, Registrant registrant)
    {
        var row = new JsonObject { ["email"] = registrant.Email, ["registrant_id"] = registrant.Id };
        if (registrant.Status == Registrant.Approved) row["join_url"] = registrant.JoinUrl(meeting.Id);
        row["participant_pin_code"] = registrant.PinCode;
        return row;
    }
}

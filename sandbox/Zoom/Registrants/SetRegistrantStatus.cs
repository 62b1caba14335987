using System.Text.Json.Nodes;
using Meetings.ZoomSandbox.Limits;
using Meetings.ZoomSandbox.Meetings;
using Meetings.ZoomSandbox.OAuth;
using Meetings.ZoomSandbox.State;
using Meetings.ZoomSandbox.Webhooks;

namespace Meetings.ZoomSandbox.Registrants;

/// <summary>Approves, cancels or denies registrations.</summary>
internal sealed class SetRegistrantStatus(
    SandboxState state, DailyCounters counters, ManagementEvents events, DeliveryQueue deliveries, TimeProvider clock)
{
    private const int ChangesPerDay = 10;

    public static void Map(IEndpointRouteBuilder app) => app.MapPut(
        "/v2/meetings/{meetingId}/registrants/status",
        (string meetingId, HttpRequest request, SetRegistrantStatus useCase, CancellationToken ct) => useCase.HandleAsync(meetingId, request, ct))
        .ZoomCall(RateLabel.Medium, "meeting:update:registrant_status:admin");

    private async Task<IResult> HandleAsync(string meetingId, HttpRequest request, CancellationToken ct)
    {
        if (await BodyReader.ReadAsync(request, ct) is not { } body) return ZoomError.NotJson;

        var reader = new BodyReader(body);
        var action = reader.Text("action", 16, required: true);
        if (action is not (null or "approve" or "cancel" or "deny")) reader.Refuse("action");
        var rows = reader.Array("registrants") ?? [];
        if (rows.Any(row => row is not JsonObject)) reader.Refuse("registrants");
        if (reader.Error is { } invalid) return invalid;

        return state.Change<IResult>(data =>
        {
            if (data.FindMeeting(meetingId, out var meeting) is { } unknown) return unknown;
            if (Registration.Refusal(meeting) is { } refused) return refused;

            foreach (var registrant in rows.Select(row => Find(meeting, (JsonObject)row!)).OfType<Registrant>().ToList())
            {
                if (!counters.TryTake($"registrant-status:{meeting.Id}:{registrant.Id}", ChangesPerDay))
                {
                    return new ZoomError(429, 429,
                        $"You have exceeded the daily rate limit ({ChangesPerDay}) of Update registrant status API requests permitted for this particular registrant.");
                }

                Apply(meeting, registrant, action!);
            }

            return Results.NoContent();
        });
    }

    private static Registrant? Find(Meeting meeting, JsonObject row)
    {
        var reader = new BodyReader(row);
        var (id, email) = (reader.Text("id", 64), reader.Text("email", 254));
        return meeting.Registrants.Find(r => id is { Length: > 0 } ? r.Id == id : string.Equals(r.Email, email, StringComparison.OrdinalIgnoreCase));
    }

    private void Apply(Meeting meeting, Registrant registrant, string action)
    {
        var now = clock.GetUtcNow();
        switch (action)
        {
            case "approve":
                registrant.Status = Registrant.Approved;
                deliveries.Send(events.RegistrationApproved(meeting, registrant, now));
                break;
            case "cancel":
                meeting.Registrants.Remove(registrant);
                deliveries.Send(events.RegistrationCancelled(meeting, registrant, now));
                break;
            default:
                registrant.Status = Registrant.Denied;
                deliveries.Send(events.RegistrationDenied(meeting, registrant, now));
                break;
        }
    }
}

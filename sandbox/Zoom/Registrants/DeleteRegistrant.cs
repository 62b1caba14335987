using Meetings.ZoomSandbox.Limits;
using Meetings.ZoomSandbox.OAuth;
using Meetings.ZoomSandbox.State;
using Meetings.ZoomSandbox.Webhooks;

namespace Meetings.ZoomSandbox.Registrants;

/// <summary>Takes a registrant off the list.</summary>
internal sealed class DeleteRegistrant(SandboxState state, ManagementEvents events, DeliveryQueue deliveries, TimeProvider clock)
{
    public static void Map(IEndpointRouteBuilder app) => app.MapDelete(
        "/v2/meetings/{meetingId}/registrants/{registrantId}",
        (string meetingId, string registrantId, DeleteRegistrant useCase) => useCase.Handle(meetingId, registrantId))
        .ZoomCall(RateLabel.Light, "meeting:delete:registrant:admin");

    private IResult Handle(string meetingId, string registrantId) => state.Change<IResult>(data =>
    {
        if (data.FindMeeting(meetingId, out var meeting) is { } unknown) return unknown;
        if (Registration.Refusal(meeting) is { } refused) return refused;
        if (meeting.Registrants.Find(r => r.Id == registrantId) is not { } registrant)
        {
            return new ZoomError(404, 404, $"Registrant {registrantId} was not found.");
        }

        meeting.Registrants.Remove(registrant);
        deliveries.Send(events.RegistrationCancelled(meeting, registrant, clock.GetUtcNow()));
        return Results.NoContent();
    });
}

using Meetings.ZoomSandbox.Limits;
using Meetings.ZoomSandbox.OAuth;
using Meetings.ZoomSandbox.State;
using Meetings.ZoomSandbox.Webhooks;

namespace Meetings.ZoomSandbox.Meetings;

/// <summary>Deletes a meeting or one occurrence of it. What has begun or is over stays.</summary>
internal sealed class DeleteMeeting(SandboxState state, ManagementEvents events, DeliveryQueue deliveries, TimeProvider clock)
{
    public static void Map(IEndpointRouteBuilder app) => app.MapDelete(
        "/v2/meetings/{meetingId}",
        (string meetingId, HttpRequest request, DeleteMeeting useCase) => useCase.Handle(meetingId, request.Query["occurrence_id"].ToString()))
        .ZoomCall(RateLabel.Light, "meeting:delete:meeting:admin");

    private IResult Handle(string meetingId, string occurrenceId) => state.Change<IResult>(data =>
    {
        if (data.FindMeeting(meetingId, out var meeting) is { } refused) return refused;
        if (meeting.Running is not null) return ZoomError.InProgress;

        var now = clock.GetUtcNow();
        if (occurrenceId.Length > 0)
        {
            if (meeting.Occurrences.Find(o => o.Id == occurrenceId && !o.Deleted) is not { } occurrence) return ZoomError.NoOccurrence(occurrenceId);

            occurrence.Deleted = true;
            deliveries.Send(events.Deleted(meeting, [occurrence], now));
            return Results.NoContent();
        }

        // A single meeting that was held is history; the reports about it stay readable.
        if (meeting is { Type: Meeting.Instant or Meeting.Scheduled, Sittings.Count: > 0 }) return ZoomError.AlreadyEnded;

        data.Meetings.Remove(meeting.Id);
        deliveries.Send(events.Deleted(meeting, null, now));
        return Results.NoContent();
    });
}

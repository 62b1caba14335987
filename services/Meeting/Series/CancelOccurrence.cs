using Meetings.Meeting.Access;
using Meetings.Meeting.Lifecycle;
using Meetings.Meeting.Scheduling;
using Meetings.ServiceDefaults.Security;

namespace Meetings.Meeting.Series;

/// <summary>Calls one date of a series off. With the last one that was to come of a series that was never held, the meeting is called off.</summary>
internal sealed class CancelOccurrence(OccurrenceChanges changes, TimeProvider clock)
{
    public static void Map(RouteGroupBuilder meetings) => meetings.MapPost(
        "/{id}/occurrences/{occurrenceId:guid}/cancel",
        (string id, Guid occurrenceId, Caller caller, HttpResponse response, CancelOccurrence useCase, CancellationToken ct) =>
            useCase.HandleAsync(id, occurrenceId, caller, response, ct))
        .WithName("CancelOccurrence")
        .Produces<OccurrenceResponse>();

    private async Task<IResult> HandleAsync(string id, Guid occurrenceId, Caller caller, HttpResponse response, CancellationToken ct)
    {
        var (meeting, date, refusal) = await changes.FindAsync(id, occurrenceId, caller, MeetingAction.Cancel, ct);
        if (meeting is null || date is null) return refusal!;
        if (date.State is MeetingState.Cancelled) return OccurrenceChanges.Answer(meeting, date, response);
        if (OccurrenceChanges.Refuse(date) is { } now) return now;
        if (meeting.Recurrence is null) return Problems.NotRecurring;

        var (row, cancelled, late) = await changes.CompleteAsync(
            caller, meeting, occurrenceId, unchanged: false, new AuditEntry("occurrence-cancelled", Detail: new { occurrenceId }),
            async (session, current) =>
            {
                if (current.State is MeetingState.Cancelled) return OccurrenceChanges.Answer(meeting, current, response);
                if (OccurrenceChanges.Refuse(current) is { } begun) return begun;
                var at = clock.GetUtcNow();
                await session.ExecuteAsync(Cancel, new { occurrenceId, at }, CancellationToken.None);
                if (await session.ScalarAsync<bool>(NoneLeft, new { meeting.Id }, CancellationToken.None))
                {
                    await CancelMeeting.WriteAsync(session, meeting.Id, at);
                    await ChangeLedger.FollowAsync(session, meeting.Id, CancellationToken.None);
                }

                return null;
            }, ct);
        return row is null ? late! : OccurrenceChanges.Answer(row, cancelled!, response);
    }

    private const string Cancel = "update occurrence set cancelled_at = @at where id = @occurrenceId and cancelled_at is null";

    private const string NoneLeft = "select not exists (select from occurrence where meeting_id = @Id and cancelled_at is null)";
}

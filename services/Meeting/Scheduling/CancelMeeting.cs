using Meetings.Meeting.Access;
using Meetings.Meeting.Lifecycle;
using Meetings.Meeting.Rooms;
using Meetings.ServiceDefaults.Data;
using Meetings.ServiceDefaults.Security;

namespace Meetings.Meeting.Scheduling;

/// <summary>
/// Calls a meeting off. That holds as soon as it is committed here, whatever the provider says; the provider's meeting, and with it everybody's personal
/// link, is removed at once or as soon as it can be reached. Called off already is called off.
/// </summary>
internal sealed class CancelMeeting(MeetingChanges changes, ProviderFollower follower, TimeProvider clock)
{
    public static void Map(RouteGroupBuilder meetings) => meetings.MapPost(
        "/{id}/cancel", (string id, Caller caller, HttpResponse response, CancelMeeting useCase, CancellationToken ct) =>
            useCase.HandleAsync(id, caller, response, ct))
        .WithName("CancelMeeting")
        .Produces<MeetingResponse>();

    private async Task<IResult> HandleAsync(string id, Caller caller, HttpResponse response, CancellationToken ct)
    {
        var (meeting, refusal) = await changes.FindAsync(id, caller, MeetingAction.Cancel, ct);
        if (meeting is null) return refusal!;
        if (meeting.State is MeetingState.Cancelled) return MeetingAnswer.Of(meeting, response);
        if (Refuse(meeting) is { } now) return now;

        var (lease, busy) = await changes.BeginAsync(caller, meeting, ChangeLedger.Cancel, unchanged: false, ct);
        if (lease is null) return busy!;
        var (row, late) = await changes.CompleteAsync(
            lease, caller, new AuditEntry("cancelled"),
            async (session, current) => current.State is MeetingState.Cancelled
                ? MeetingAnswer.Of(current, response)
                : Refuse(current) ?? await WriteAsync(session, current.Id, clock.GetUtcNow()), ProviderState.Pending);
        if (row is null) return late!;

        return MeetingAnswer.Of(row, response, await follower.TryAsync(row.Id, CallerPatience.WithFollowing));
    }

    /// <summary>Called off, with no way in any more.</summary>
    internal static async Task<IResult?> WriteAsync(DatabaseSession session, Guid id, DateTimeOffset now)
    {
        await session.ExecuteAsync(Write, new { id, now }, CancellationToken.None);
        await Door.CallOffAsync(session, id, now, CancellationToken.None);
        return null;
    }

    private static IResult? Refuse(MeetingRow meeting) =>
        meeting.ProviderMeetingId is null ? Problems.CreationInProgress
        : meeting.State is MeetingState.Scheduled or MeetingState.Ready ? null
        : Problems.HasBegun;

    // What was held of a series stays. Everybody's own way in goes with the meeting (X18).
    private const string Write = """
        with dates as (
            update occurrence set cancelled_at = @now where meeting_id = @id and state in ('scheduled', 'ready') and cancelled_at is null),
        registrants as (delete from registrant where meeting_id = @id)
        update meeting set cancelled_at = @now, join_url = null, registration_url = null, registration_enabled = false where id = @id and cancelled_at is null
        """;
}

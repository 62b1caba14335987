using Meetings.Meeting.Access;
using Meetings.Meeting.Lifecycle;
using Meetings.Meeting.Providers;
using Meetings.Meeting.Rooms;
using Meetings.ServiceDefaults.Security;

namespace Meetings.Meeting.Scheduling;

/// <summary>
/// Makes a meeting disappear, for its owner. What is recorded of it stays; its room id is free. One that runs is ended first, one that was never held is
/// called off with it, and the provider's meeting goes as well.
/// </summary>
internal sealed class DeleteMeeting(MeetingChanges changes, MeetingProviders providers, ProviderFollower follower, TimeProvider clock)
{
    public static void Map(RouteGroupBuilder meetings) => meetings.MapDelete(
        "/{id}", (string id, Caller caller, DeleteMeeting useCase, CancellationToken ct) => useCase.HandleAsync(id, caller, ct))
        .WithName("DeleteMeeting")
        .Produces(StatusCodes.Status204NoContent);

    private async Task<IResult> HandleAsync(string id, Caller caller, CancellationToken ct)
    {
        var (meeting, refusal) = await changes.FindAsync(id, caller, MeetingAction.Delete, ct);
        if (meeting is null) return refusal!;
        if (meeting.ProviderMeetingId is not { } number) return Problems.CreationInProgress;

        return await Problems.AnswerAsync(() => DeleteAsync(caller, meeting, number, ct));
    }

    private async Task<IResult> DeleteAsync(Caller caller, VisibleMeeting meeting, string number, CancellationToken ct)
    {
        var runsAt = meeting.State is MeetingState.Live ? providers[meeting.Provider] : null;
        var (lease, busy) = await changes.BeginAsync(caller, meeting, ChangeLedger.Delete, unchanged: false, ct);
        if (lease is null) return busy!;
        if (runsAt is not null) await EndMeeting.AtProviderAsync(changes, lease, runsAt, number);

        var (row, late) = await changes.CompleteAsync(lease, caller, new AuditEntry("deleted"), async (session, current) =>
        {
            var now = clock.GetUtcNow();
            if (meeting.State is MeetingState.Live) await EndMeeting.WriteAsync(session, current, now);
            else if (current.State is MeetingState.Live) return Problems.ChangeInProgress;
            if (current.State is MeetingState.Scheduled or MeetingState.Ready) await CancelMeeting.WriteAsync(session, current.Id, now);
            await session.ExecuteAsync(Write, new { current.Id, now }, CancellationToken.None);
            await Door.CallOffAsync(session, current.Id, now, CancellationToken.None);
            return null;
        }, ProviderState.Pending);
        if (row is null) return late!;

        await follower.TryAsync(row.Id, CallerPatience.WithFollowing);
        return TypedResults.NoContent();
    }

    private const string Write = """
        with registrants as (delete from registrant where meeting_id = @Id)
        update meeting set deleted_at = @now where id = @Id
        """;
}

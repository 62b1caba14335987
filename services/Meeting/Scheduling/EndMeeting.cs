using Meetings.Meeting.Access;
using Meetings.Meeting.Lifecycle;
using Meetings.Meeting.Providers;
using Meetings.Meeting.Rooms;
using Meetings.ServiceDefaults.Data;
using Meetings.ServiceDefaults.Security;

namespace Meetings.Meeting.Scheduling;

/// <summary>
/// Ends a meeting for everybody. The provider is asked first; what it then tells by itself may come late, so that the end is written down here at once
/// as well: the two are one fact. One that is over is over (S3-16).
/// </summary>
internal sealed class EndMeeting(MeetingChanges changes, MeetingProviders providers, TimeProvider clock)
{
    public static void Map(RouteGroupBuilder meetings) => meetings.MapPost(
        "/{id}/end", (string id, Caller caller, HttpResponse response, EndMeeting useCase, CancellationToken ct) =>
            useCase.HandleAsync(id, caller, response, ct))
        .WithName("EndMeeting")
        .Produces<MeetingResponse>();

    private async Task<IResult> HandleAsync(string id, Caller caller, HttpResponse response, CancellationToken ct)
    {
        var (meeting, refusal) = await changes.FindAsync(id, caller, MeetingAction.End, ct);
        if (meeting is null) return refusal!;
        if (meeting.State is MeetingState.Ended or MeetingState.Finalised || IsBetweenDates(meeting)) return MeetingAnswer.Of(meeting, response);
        if (meeting is not { State: MeetingState.Live, ProviderMeetingId: { } number }) return Problems.NotLive;

        return await Problems.AnswerAsync(() => EndAsync(caller, meeting, number, response, ct));
    }

    /// <summary>Ends what runs, for a caller who has something else to do besides.</summary>
    /// <returns>Null when it is ended; otherwise why not.</returns>
    internal async Task<IResult?> RefuseOrEndAsync(string id, Caller caller, HttpResponse response, CancellationToken ct)
    {
        var answer = await HandleAsync(id, caller, response, ct);
        return answer is Microsoft.AspNetCore.Http.HttpResults.Ok<MeetingResponse> ? null : answer;
    }

    // The date that was ended is over, and the meeting waits for its next one.
    private static bool IsBetweenDates(MeetingRow meeting) =>
        meeting.Recurrence is not null && meeting.EndedAt is not null && meeting.State is MeetingState.Scheduled or MeetingState.Ready;

    /// <summary>Nobody stays in it, at the provider.</summary>
    /// <exception cref="ProviderException">It goes on.</exception>
    internal static Task AtProviderAsync(MeetingChanges changes, ChangeLease lease, IMeetingProvider provider, string number) =>
        changes.CallAsync(lease, async call =>
        {
            await provider.EndAsync(number, call);
            return true;
        });

    private async Task<IResult> EndAsync(Caller caller, VisibleMeeting meeting, string number, HttpResponse response, CancellationToken ct)
    {
        var provider = providers[meeting.Provider];
        var (lease, busy) = await changes.BeginAsync(caller, meeting, ChangeLedger.End, unchanged: false, ct);
        if (lease is null) return busy!;
        var (current, gone) = await changes.FindAsync(meeting.Id.ToString(), caller, MeetingAction.End, ct);
        if (current?.State is not MeetingState.Live)
        {
            // Someone else has ended it while we waited.
            await changes.GiveUpAsync(lease, follow: false);
            return current is null ? gone! : MeetingAnswer.Of(current, response);
        }

        await AtProviderAsync(changes, lease, provider, number);

        var (ended, late) = await changes.CompleteAsync(lease, caller, new AuditEntry("ended"), async (session, row) =>
        {
            await WriteAsync(session, row, clock.GetUtcNow());
            return null;
        }, providerState: null);
        return ended is null ? late! : MeetingAnswer.Of(ended, response);
    }

    /// <summary>What runs of it ended now. The provider's own word may only move that later.</summary>
    internal static async Task WriteAsync(DatabaseSession session, MeetingRow meeting, DateTimeOffset now)
    {
        var ct = CancellationToken.None;
        await session.ExecuteAsync(Write, new { meeting.Provider, meeting.ProviderMeetingId, now }, ct);
        // Who comes holds the row first and then its room: the same order here.
        await session.ExecuteAsync("select 1 from meeting where id = @Id for update", new { meeting.Id }, ct);
        await Door.CloseAsync(session, meeting.Id, now, tellProvider: false, ct);
    }

    private const string Write = """
        update sitting set ended_at = greatest(@now, started_at)
        where provider = @Provider and provider_meeting_id = @ProviderMeetingId and started_at is not null and ended_at is null
        """;
}

using Meetings.Meeting.Scheduling;
using Meetings.ServiceDefaults.Data;

namespace Meetings.Meeting.Rooms;

/// <summary>The sitting that people come to.</summary>
internal sealed record RoomSitting(int Epoch, DateTimeOffset? OpenedAt);

/// <summary>A meeting as it stands while we hold its lock.</summary>
internal sealed record LockedMeeting(bool WaitingRoom, bool IsLive, bool IsCancelled, DateTimeOffset? EndedAt);

/// <summary>
/// What is written at the door of a room. People come under a shared lock on their meeting, so that many come at once; what changes the room for all of
/// them (a host comes, the waiting room is switched off, the room closes) takes it alone. Everything here is in sessions of the service itself.
/// </summary>
internal static class Door
{
    /// <summary>Others may come at the same time; nobody opens or closes the room. Null when the meeting is gone.</summary>
    public static Task<LockedMeeting?> LockSharedAsync(DatabaseSession session, Guid meetingId, CancellationToken ct) =>
        session.QuerySingleOrDefaultAsync<LockedMeeting>($"{ReadMeeting} for share", new { meetingId }, ct);

    /// <summary>Nobody else is at the door, and nobody else derives the state of the meeting. Null when it is gone.</summary>
    public static async Task<LockedMeeting?> LockAsync(DatabaseSession session, MeetingRow meeting, CancellationToken ct)
    {
        await MeetingRefresh.LockAsync(session, meeting.Provider, meeting.ProviderMeetingId ?? "", ct);
        return await session.QuerySingleOrDefaultAsync<LockedMeeting>($"{ReadMeeting} for update", new { MeetingId = meeting.Id }, ct);
    }

    /// <summary>The sitting that goes on, or else a new one. One that ended by other means than ours (the provider's, the planner's) is closed first.</summary>
    public static async Task<RoomSitting> SittingAsync(DatabaseSession session, Guid meetingId, LockedMeeting meeting, DateTimeOffset now, CancellationToken ct)
    {
        if (!meeting.IsLive) await CloseAsync(session, meetingId, meeting.EndedAt ?? now, tellProvider: false, ct);
        await session.ExecuteAsync(Begin, new { meetingId }, ct);
        return (await session.QuerySingleOrDefaultAsync<RoomSitting>(ReadSitting, new { meetingId }, ct))!;
    }

    /// <summary>A host is there: the room opens, and what the door had decided comes to pass. To be called under <see cref="LockAsync"/>.</summary>
    public static async Task OpenAsync(
        DatabaseSession session, Guid meetingId, RoomSitting sitting, bool waitingRoom, DateTimeOffset now, CancellationToken ct)
    {
        await session.ExecuteAsync(Open, new { meetingId, sitting.Epoch, now }, ct);
        await session.ExecuteAsync(LetIn, new
        {
            meetingId, sitting.Epoch, waitingRoom, now, Waiting = PlaceMoves.From(PlaceMove.HostCame), In = PlaceMoves.To(PlaceMove.HostCameWalksIn),
            Wait = PlaceMoves.To(PlaceMove.HostCame),
        }, ct);
    }

    /// <summary>The sitting is over for everybody. One that nobody opened stays: its people wait on.</summary>
    /// <param name="session">Of the service itself.</param>
    /// <param name="meetingId">The meeting.</param>
    /// <param name="at">When it ended.</param>
    /// <param name="tellProvider">The provider has to end its room, too.</param>
    /// <param name="ct">Cancels the work.</param>
    /// <returns>Whether there was one.</returns>
    public static async Task<bool> CloseAsync(DatabaseSession session, Guid meetingId, DateTimeOffset at, bool tellProvider, CancellationToken ct)
    {
        if (await session.QuerySingleOrDefaultAsync<int?>(Close, new { meetingId, at, tellProvider }, ct) is not { } epoch) return false;
        await LeaveAllAsync(session, meetingId, epoch, at, ct);
        return true;
    }

    /// <summary>The meeting is called off or gone: nobody waits on either, and who was let in before a host came is out. To be called with its row locked.</summary>
    public static async Task CallOffAsync(DatabaseSession session, Guid meetingId, DateTimeOffset at, CancellationToken ct)
    {
        if (await session.QuerySingleOrDefaultAsync<int?>(CallOff, new { meetingId, at }, ct) is { } epoch) await LeaveAllAsync(session, meetingId, epoch, at, ct);
    }

    private static Task<int> LeaveAllAsync(DatabaseSession session, Guid meetingId, int epoch, DateTimeOffset at, CancellationToken ct) => session.ExecuteAsync(
        LeaveAll, new { meetingId, epoch, at, From = PlaceMoves.From(PlaceMove.RoomClosed), To = PlaceMoves.To(PlaceMove.RoomClosed) }, ct);

    private const string ReadMeeting = "select waiting_room, state = 'live' as is_live, cancelled_at is not null as is_cancelled, ended_at from meeting where id = @meetingId and deleted_at is null";

    // Two who come first at the same moment begin one: the index decides, and the second reads what the first has written.
    private const string Begin = """
        insert into room_sitting (meeting_id, epoch)
        select @meetingId, coalesce(max(epoch), 0) + 1 from room_sitting where meeting_id = @meetingId
        having not coalesce(bool_or(closed_at is null), false)
        on conflict do nothing
        """;

    private const string ReadSitting = "select epoch, opened_at from room_sitting where meeting_id = @meetingId and closed_at is null";

    private const string Open = "update room_sitting set opened_at = @now where meeting_id = @meetingId and epoch = @Epoch and opened_at is null";

    private const string LetIn = """
        update place
        set status = case when walks_in or not @waitingRoom then @In else @Wait end,
            admitted_at = case when walks_in or not @waitingRoom then @now end,
            entered_at = case when walks_in or not @waitingRoom then @now end
        where meeting_id = @meetingId and epoch = @Epoch and status = any(@Waiting)
        """;

    private const string Close = """
        update room_sitting set closed_at = greatest(@at, opened_at), end_at_provider = case when @tellProvider then @at end
        where meeting_id = @meetingId and closed_at is null and opened_at is not null returning epoch
        """;

    private const string CallOff = """
        update room_sitting set closed_at = greatest(@at, opened_at) where meeting_id = @meetingId and closed_at is null returning epoch
        """;

    private const string LeaveAll = """
        update place set status = @To, left_at = greatest(@at, joined_at) where meeting_id = @meetingId and epoch = @epoch and status = any(@From)
        """;
}

using Meetings.Meeting.Providers;
using Meetings.Meeting.Scheduling;
using Meetings.ServiceDefaults.Background;
using Meetings.ServiceDefaults.Data;
using Microsoft.Extensions.Options;

namespace Meetings.Meeting.Rooms;

/// <summary>
/// Ends rooms that have come to their end: empty for too long, or without their host for longer than they want to be. And sees to it that the provider's
/// room ends too, as often as it takes. Several replicas share the work: each room is ended under its lock, and each call is claimed.
/// </summary>
internal sealed partial class RoomEnds(
    IServiceProvider services, Database db, IOptions<RoomsOptions> options, TimeProvider clock, ILogger<RoomEnds> logger) : IPeriodicWork
{
    private const int Batch = 20;
    private static readonly TimeSpan AskAgainAfter = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan AskFor = TimeSpan.FromDays(1);

    private sealed record OpenRoom(
        Guid MeetingId, int Epoch, string Settings, bool IsLive, DateTimeOffset? EndedAt, bool HostHere, bool AnyoneHere, DateTimeOffset? HostGoneAt,
        DateTimeOffset? LastGoneAt);

    private sealed record ToEnd(Guid MeetingId, int Epoch, string Provider, string ProviderMeetingId);

    public TimeSpan Every => options.Value.LookEvery;

    /// <summary>One round.</summary>
    public async Task RunAsync(CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        IReadOnlyList<OpenRoom> open;
        await using (var session = await db.BeginAsServiceAsync(ct)) open = await session.QueryAsync<OpenRoom>(Open(), null, ct);
        foreach (var room in open.Where(room => IsOver(room, now))) await TryAsync(room.MeetingId, () => EndAsync(room.MeetingId, now, ct), ct);

        IReadOnlyList<ToEnd> claimed;
        await using (var session = await db.BeginAsServiceAsync(ct))
        {
            claimed = await session.QueryAsync<ToEnd>(Claim, new { now, Again = now + AskAgainAfter, Batch }, ct);
            await session.CommitAsync(ct);
        }

        foreach (var room in claimed) await TryAsync(room.MeetingId, () => TellProviderAsync(room, now, ct), ct);
    }

    private static bool IsOver(OpenRoom room, DateTimeOffset now)
    {
        if (!room.IsLive) return true;
        var settings = RoomMeeting.SettingsOf(room.Settings);
        var grace = settings.EndAfterMinutes is { } minutes ? TimeSpan.FromMinutes(minutes) : RoomEnd.DefaultGrace;
        return RoomEnd.DueAt(
            settings.OnHostLeave ?? RoomEnd.Keep, grace, new RoomPeople(room.HostHere, room.AnyoneHere, room.HostGoneAt, room.LastGoneAt)) <= now;
    }

    private async Task EndAsync(Guid meetingId, DateTimeOffset now, CancellationToken ct)
    {
        await using var session = await db.BeginAsServiceAsync(ct);
        if (await MeetingRow.FindAsync(session, meetingId, ct) is not { } row || await Door.LockAsync(session, row, ct) is null) return;

        // Somebody may have come back while we waited for the lock.
        if (await session.QuerySingleOrDefaultAsync<OpenRoom>(Open("and r.meeting_id = @meetingId"), new { meetingId }, ct) is not { } room || !IsOver(room, now)) return;
        await Door.CloseAsync(session, meetingId, room.IsLive ? now : room.EndedAt ?? now, tellProvider: room.IsLive, ct);
        await MeetingRefresh.ApplyAsync(session, meetingId, now, changed: false, ct);
        await session.CommitAsync(ct);
        LogEnded(meetingId, room.Epoch);
    }

    private async Task TellProviderAsync(ToEnd room, DateTimeOffset now, CancellationToken ct)
    {
        // A room that people have come to again meanwhile is theirs. Asked right before the call: those before it in the round may have taken long.
        bool wentOn;
        await using (var session = await db.BeginAsServiceAsync(ct)) wentOn = await session.ScalarAsync<bool>(WentOn, new { room.MeetingId, room.Epoch }, ct);
        if (!wentOn)
        {
            await using var scope = services.CreateAsyncScope();
            if (scope.ServiceProvider.GetRequiredService<MeetingProviders>().Find(room.Provider) is { } provider) await provider.EndAsync(room.ProviderMeetingId, ct);
        }

        await using var told = await db.BeginAsServiceAsync(ct);
        await told.ExecuteAsync(Told, new { room.MeetingId, room.Epoch }, ct);
        await told.ExecuteAsync(GiveUp, new { Before = now - AskFor }, ct);
        await told.CommitAsync(ct);
    }

    // One that fails is tried again, and keeps no other from its turn.
    private async Task TryAsync(Guid meetingId, Func<Task> work, CancellationToken ct)
    {
        try
        {
            await work();
        }
        catch (Exception e) when (!ct.IsCancellationRequested)
        {
            LogRoomFailed(e, meetingId);
        }
    }

    private static string Open(string which = "") => $"""
        select r.meeting_id, r.epoch, m.settings::text as settings, m.state = 'live' as is_live, m.ended_at,
               coalesce(bool_or(p.here and p.role = 'host'), false) as host_here, coalesce(bool_or(p.here), false) as anyone_here,
               max(p.gone_at) filter (where p.role = 'host') as host_gone_at, max(p.gone_at) as last_gone_at
        from room_sitting r
        join meeting m on m.id = r.meeting_id
        left join lateral room_people(r.meeting_id) p on true
        where r.closed_at is null and r.opened_at is not null {which}
        group by r.meeting_id, r.epoch, m.id
        """;

    private const string Claim = """
        update room_sitting r set end_at_provider = @Again
        from meeting m
        where m.id = r.meeting_id and (r.meeting_id, r.epoch) in (
            select meeting_id, epoch from room_sitting where end_at_provider <= @now order by end_at_provider limit @Batch for update skip locked)
        returning r.meeting_id, r.epoch, m.provider, m.provider_meeting_id
        """;

    private const string WentOn = "select exists (select from room_sitting where meeting_id = @MeetingId and epoch > @Epoch and opened_at is not null)";

    private const string Told = "update room_sitting set end_at_provider = null where meeting_id = @MeetingId and epoch = @Epoch";

    private const string GiveUp = "update room_sitting set end_at_provider = null where closed_at < @Before and end_at_provider is not null";

    [LoggerMessage(Level = LogLevel.Information, Message = "Meeting {MeetingId}, sitting {Epoch}, has come to its end")]
    private partial void LogEnded(Guid meetingId, int epoch);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The room of meeting {MeetingId} could not be ended; it is tried again")]
    private partial void LogRoomFailed(Exception exception, Guid meetingId);
}

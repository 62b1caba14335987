using Meetings.ServiceDefaults.Background;
using Meetings.ServiceDefaults.Data;

namespace Meetings.Meeting.Scheduling;

/// <summary>Finishes what changes left behind: meetings whose provider has still to be brought in line. Several replicas share the work.</summary>
internal sealed partial class UnfollowedMeetings(IServiceProvider services, Database db, ILogger<UnfollowedMeetings> logger) : IPeriodicWork
{
    private const int Batch = 20;

    public TimeSpan Every => TimeSpan.FromSeconds(15);

    /// <summary>One round.</summary>
    public async Task RunAsync(CancellationToken ct)
    {
        IReadOnlyList<Guid> due;
        await using (var session = await db.BeginAsServiceAsync(ct))
        {
            await ChangeLedger.CloseDeadAsync(session, meetingId: null, ct);
            await session.ExecuteAsync(FollowOpened, null, ct);
            due = await session.QueryAsync<Guid>(Claim, new { Batch }, ct);
            await session.CommitAsync(ct);
        }

        await using var scope = services.CreateAsyncScope();
        var follower = scope.ServiceProvider.GetRequiredService<ProviderFollower>();
        foreach (var meetingId in due)
        {
            // One that fails is tried again when its time comes, and keeps no other from its turn.
            try
            {
                await follower.TryAsync(meetingId, ChangeLedger.Lease * 0.8);
            }
            catch (Exception e) when (!ct.IsCancellationRequested)
            {
                LogRowFailed(e, meetingId);
            }
        }
    }

    // A token or a link of before opens a meeting also when it was called off or deleted since, where the provider lets it. Not for ever: the end of such a
    // sitting may be lost.
    private const string FollowOpened = """
        insert into provider_follow (meeting_id, due_at)
        select distinct m.id, now() from sitting s join meeting m on m.provider = s.provider and m.provider_meeting_id = s.provider_meeting_id
        where s.ended_at is null and s.started_at is not null and s.heard_at > now() - interval '10 minutes'
          and (m.cancelled_at is not null or m.deleted_at is not null)
        on conflict (meeting_id) do nothing
        """;

    // Claimed by moving it out of the others' sight for longer than an attempt takes.
    private const string Claim = """
        update provider_follow set due_at = now() + interval '1 minute'
        where meeting_id = any(array(
            select meeting_id from provider_follow where due_at <= now() order by due_at limit @Batch for update skip locked))
        returning meeting_id
        """;

    [LoggerMessage(Level = LogLevel.Warning, Message = "Meeting {MeetingId} could not be brought in line with its provider; it is tried again")]
    private partial void LogRowFailed(Exception exception, Guid meetingId);
}

using Meetings.ServiceDefaults.Data;
using Meetings.ServiceDefaults.Security;

namespace Meetings.Meeting.Scheduling;

/// <summary>A change at work on a meeting; nobody else is.</summary>
internal sealed record ChangeLease(Guid MeetingId, Guid Id, string Action);

/// <summary>
/// The record of changes on their way. It is written before the provider is asked, as the one who asks for the change, so that row level security has
/// its say; and it is gone when both have the change or neither has. What is found with its lease run out was cut off: the provider is then brought in
/// line with what we have.
/// </summary>
internal static class ChangeLedger
{
    public const string Edit = "edit";
    public const string Cancel = "cancel";
    public const string End = "end";
    public const string Delete = "delete";
    public const string Transfer = "transfer";
    private const string Follow = "follow";

    /// <summary>Longer than all that a change may take.</summary>
    public static readonly TimeSpan Lease = TimeSpan.FromSeconds(45);

    /// <summary>As the caller. Null when another change is at work.</summary>
    /// <exception cref="Npgsql.PostgresException">Row level security does not allow it.</exception>
    public static Task<ChangeLease?> TryBeginAsync(DatabaseSession session, Guid meetingId, string action, Caller caller, CancellationToken ct) =>
        TryBeginAsync(session, meetingId, action, caller.PersonId, ct);

    /// <summary>As the service, to bring the provider in line. Null when a change is at work.</summary>
    public static Task<ChangeLease?> TryFollowAsync(DatabaseSession session, Guid meetingId, CancellationToken ct) =>
        TryBeginAsync(session, meetingId, Follow, actor: null, ct);

    /// <summary>Locks the change until the transaction ends. False when it was taken for dead meanwhile.</summary>
    public static async Task<bool> HoldAsync(DatabaseSession session, ChangeLease lease, CancellationToken ct) =>
        await session.QuerySingleOrDefaultAsync<int?>(Hold, lease, ct) is not null;

    public static Task FinishAsync(DatabaseSession session, ChangeLease lease, CancellationToken ct) => session.ExecuteAsync(Remove, lease, ct);

    /// <summary>The provider has to be brought in line with what is committed here.</summary>
    public static Task FollowAsync(DatabaseSession session, Guid meetingId, CancellationToken ct) => session.ExecuteAsync(MustFollow, new { meetingId }, ct);

    /// <summary>The provider is in line.</summary>
    public static Task FollowedAsync(DatabaseSession session, Guid meetingId, string state, CancellationToken ct) =>
        session.ExecuteAsync(HasFollowed, new { meetingId, state }, ct);

    /// <summary>Turns changes that were cut off into work for <see cref="ProviderFollower"/>.</summary>
    /// <param name="session">Of the service.</param>
    /// <param name="meetingId">Of this meeting; null: of any.</param>
    /// <param name="ct">Cancels the work.</param>
    public static async Task<bool> CloseDeadAsync(DatabaseSession session, Guid? meetingId, CancellationToken ct) =>
        await session.ExecuteAsync(CloseDead, new { meetingId }, ct) > 0;

    private static async Task<ChangeLease?> TryBeginAsync(DatabaseSession session, Guid meetingId, string action, Guid? actor, CancellationToken ct)
    {
        var lease = new ChangeLease(meetingId, Guid.NewGuid(), action);
        return await session.ExecuteAsync(Begin, new { lease.MeetingId, lease.Id, action, actor, LeaseTime = Lease }, ct) == 1 ? lease : null;
    }

    private const string Begin = """
        insert into meeting_change (meeting_id, action, actor_id, lease, lease_until) values (@MeetingId, @action, @actor, @Id, now() + @LeaseTime)
        on conflict do nothing
        """;

    private const string Hold = "select 1 from meeting_change where meeting_id = @MeetingId and lease = @Id for update";

    private const string Remove = "delete from meeting_change where meeting_id = @MeetingId and lease = @Id";

    // Not at once: a call that timed out here may still be on its way there, and whoever made it tries first.
    private const string MustFollow = """
        with pending as (update meeting set provider_state = 'pending' where id = @meetingId)
        insert into provider_follow (meeting_id, due_at) values (@meetingId, now() + interval '15 seconds')
        on conflict (meeting_id) do update set due_at = excluded.due_at, tries = 0
        """;

    private const string HasFollowed = """
        with gone as (delete from provider_follow where meeting_id = @meetingId)
        update meeting set provider_state = @state where id = @meetingId and provider_state <> @state
        """;

    private const string CloseDead = """
        with dead as (
            delete from meeting_change where meeting_id = any(array(
                select meeting_id from meeting_change
                where lease_until < now() and (@meetingId::uuid is null or meeting_id = @meetingId) for update skip locked))
            returning meeting_id),
        pending as (update meeting set provider_state = 'pending' where id in (select meeting_id from dead))
        insert into provider_follow (meeting_id, due_at) select meeting_id, now() from dead
        on conflict (meeting_id) do update set due_at = now()
        """;
}

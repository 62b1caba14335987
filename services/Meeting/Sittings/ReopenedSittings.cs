using Meetings.Meeting.Scheduling;
using Meetings.ServiceDefaults.Background;
using Meetings.ServiceDefaults.Data;

namespace Meetings.Meeting.Sittings;

/// <summary>
/// Finds meetings that were closed without the end of their sitting having been told, and that people come into all the same. Looked for, and not
/// derived with every join: joins come by the thousand, and hardly one of them is of a meeting that was closed like this.
/// </summary>
internal sealed class ReopenedSittings(Database db, TimeProvider clock) : IPeriodicWork
{
    // No provider's sitting goes on for longer. What was heard of before that and never ended has lost its end, and nobody comes into it any more.
    private static readonly TimeSpan Longest = TimeSpan.FromDays(2);

    public TimeSpan Every => TimeSpan.FromSeconds(5);

    public async Task RunAsync(CancellationToken ct)
    {
        IReadOnlyList<Guid> reopened;
        await using (var session = await db.BeginAsServiceAsync(ct)) reopened = await session.QueryAsync<Guid>(Find, new { Since = clock.GetUtcNow() - Longest }, ct);
        foreach (var id in reopened)
        {
            await using var session = await db.BeginAsServiceAsync(ct);
            await MeetingRefresh.ApplyAsync(session, id, clock.GetUtcNow(), changed: false, ct);
            await session.CommitAsync(ct);
        }
    }

    private const string Find = """
        select distinct m.id
        from sitting s
        join meeting m on m.provider = s.provider and m.provider_meeting_id = s.provider_meeting_id and m.deleted_at is null
            and (m.state = 'finalised' or (m.recurrence is not null and m.state <> 'live'))
        join lateral (select max(o.finalized_at) as at from occurrence o where o.meeting_id = m.id) final on true
        where s.ended_at is null and s.heard_at > @Since and exists (
            select from provider_connection c
            where c.provider = s.provider and c.provider_meeting_id = s.provider_meeting_id and c.sitting_id = s.sitting_id and c.seen_at > final.at)
        """;
}

using Meetings.ServiceDefaults.Background;
using Meetings.ServiceDefaults.Data;

namespace Meetings.Meeting.Sittings;

/// <summary>
/// Forgets what was told of meetings that never became ours. An account-wide subscription tells of every meeting of the account; one of ours is
/// known minutes after its first event at the latest.
/// </summary>
internal sealed class UnknownSittings(Database db, TimeProvider clock) : IPeriodicWork
{
    private static readonly TimeSpan Kept = TimeSpan.FromDays(30);

    // Nobody asks about gaps in what is none of ours.
    private static readonly TimeSpan GapsKept = TimeSpan.FromDays(1);

    public TimeSpan Every => TimeSpan.FromHours(1);

    public async Task RunAsync(CancellationToken ct)
    {
        await using var session = await db.BeginAsServiceAsync(ct);
        await session.ExecuteAsync(Forget, new { Before = clock.GetUtcNow() - Kept }, ct);
        await session.ExecuteAsync(ForgetGaps, new { Before = clock.GetUtcNow() - GapsKept }, ct);
        await session.CommitAsync(ct);
    }

    private const string ForgetGaps = """
        delete from sitting_gap g
        where g.heard_at < @Before
          and not exists (select from meeting m where m.provider = g.provider and m.provider_meeting_id = g.provider_meeting_id)
        """;

    private const string Forget = """
        with gone as (
            delete from sitting s
            where s.heard_at < @Before
              and not exists (select from meeting m where m.provider = s.provider and m.provider_meeting_id = s.provider_meeting_id)
            returning s.provider, s.provider_meeting_id, s.sitting_id)
        delete from provider_connection c using gone
        where c.provider = gone.provider and c.provider_meeting_id = gone.provider_meeting_id and c.sitting_id = gone.sitting_id
        """;
}

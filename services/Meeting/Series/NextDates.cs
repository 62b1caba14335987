using Meetings.Meeting.Scheduling;
using Meetings.ServiceDefaults.Background;
using Meetings.ServiceDefaults.Data;

namespace Meetings.Meeting.Series;

/// <summary>
/// Moves a series on to its next date when one has passed that nobody held: nothing but the clock tells of that. Several replicas may do it at once; the second finds
/// it done.
/// </summary>
internal sealed class NextDates(Database db, TimeProvider clock) : IPeriodicWork
{
    private const int Batch = 100;

    public TimeSpan Every => TimeSpan.FromMinutes(1);

    public async Task RunAsync(CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        IReadOnlyList<Passed> passed;
        await using (var session = await db.BeginAsServiceAsync(ct)) passed = await session.QueryAsync<Passed>(Find, new { now, Batch }, ct);
        foreach (var meeting in passed)
        {
            await using var session = await db.BeginAsServiceAsync(ct);
            await MeetingRefresh.LockAsync(session, meeting.Provider, meeting.ProviderMeetingId, ct);
            await MeetingRefresh.ApplyAsync(session, meeting.Id, now, changed: false, ct);
            await session.CommitAsync(ct);
        }
    }

    private sealed record Passed(Guid Id, string Provider, string ProviderMeetingId);

    private const string Find = """
        select m.id, m.provider, m.provider_meeting_id from meeting m
        where m.recurrence is not null and m.state in ('scheduled', 'ready') and m.starts_at + make_interval(mins => m.duration_minutes) <= @now
          and m.deleted_at is null and m.provider_meeting_id is not null and exists (
            select from occurrence o
            where o.meeting_id = m.id and o.state in ('scheduled', 'ready') and o.starts_at + make_interval(mins => o.duration_minutes) > @now)
        limit @Batch
        """;
}

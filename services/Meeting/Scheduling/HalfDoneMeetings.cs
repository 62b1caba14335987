using Meetings.Meeting.Providers;
using Meetings.ServiceDefaults.Background;
using Meetings.ServiceDefaults.Data;

namespace Meetings.Meeting.Scheduling;

/// <summary>
/// Clears up what was left in the middle: meetings that never heard from their provider are adopted when it has them and removed when it has not,
/// and meetings that it made although we said no are removed there. Several replicas share the work: each row is claimed by a lease.
/// </summary>
internal sealed partial class HalfDoneMeetings(IServiceProvider services, Database db, TimeProvider clock, ILogger<HalfDoneMeetings> logger) : IPeriodicWork
{
    private const int MaxLooks = 3;
    private const int Batch = 20;

    private sealed record HalfDone(Guid MeetingId, string Provider, string HostEmail);

    private sealed record Orphan(Guid MeetingId, string Provider, string HostEmail, int Looked);

    public TimeSpan Every => TimeSpan.FromMinutes(1);

    /// <summary>One round.</summary>
    public async Task RunAsync(CancellationToken ct)
    {
        await using var scope = services.CreateAsyncScope();
        var providers = scope.ServiceProvider.GetRequiredService<MeetingProviders>();
        var maker = scope.ServiceProvider.GetRequiredService<MeetingMaker>();

        var lease = Guid.NewGuid();
        foreach (var row in await ClaimAsync<HalfDone>(ClaimHalfDone, new { lease, LeaseTime = CreationLedger.Lease, Batch }, ct))
            await TryAsync(row.MeetingId, () => FinishAsync(row, lease, providers[row.Provider], maker, ct), ct);

        foreach (var orphan in await ClaimAsync<Orphan>(ClaimOrphans, new { Batch }, ct))
            await TryAsync(orphan.MeetingId, () => RemoveAsync(orphan, providers[orphan.Provider], ct), ct);

        await ClaimAsync<int>(ForgetAnswers, new { Before = clock.GetUtcNow() - TimeSpan.FromDays(7) }, ct);
    }

    private async Task FinishAsync(HalfDone row, Guid lease, IMeetingProvider provider, MeetingMaker maker, CancellationToken ct)
    {
        var key = new PlanKey(row.MeetingId, row.HostEmail);
        if (await provider.FindAsync(key, ct) is { } made)
        {
            if (await maker.CompleteAsync(provider, row.MeetingId, lease, made, ct) is not null) LogAdopted(row.MeetingId);
            return;
        }

        await using var session = await db.BeginAsServiceAsync(ct);
        if (!await CreationLedger.TryRemoveAsync(session, row.MeetingId, lease, provider.Name, orphanOf: null, ct)) return;
        await session.CommitAsync(ct);
        LogRemoved(row.MeetingId);
    }

    private async Task RemoveAsync(Orphan orphan, IMeetingProvider provider, CancellationToken ct)
    {
        var made = await provider.FindAsync(new PlanKey(orphan.MeetingId, orphan.HostEmail), ct);
        if (made is not null)
        {
            await provider.DeleteAsync(made.Id, ct);
            LogOrphan(orphan.MeetingId);
        }
        else if (orphan.Looked < MaxLooks)
        {
            // A call that timed out here may still be on its way there: looked for again later.
            return;
        }

        await using var session = await db.BeginAsServiceAsync(ct);
        await session.ExecuteAsync("delete from provider_orphan where meeting_id = @MeetingId", new { orphan.MeetingId }, ct);
        await session.CommitAsync(ct);
    }

    // One that fails is tried again when its lease has run out, and keeps no other from its turn.
    private async Task TryAsync(Guid meetingId, Func<Task> work, CancellationToken ct)
    {
        try
        {
            await work();
        }
        catch (Exception e) when (!ct.IsCancellationRequested)
        {
            LogRowFailed(e, meetingId);
        }
    }

    private async Task<IReadOnlyList<T>> ClaimAsync<T>(string sql, object args, CancellationToken ct)
    {
        await using var session = await db.BeginAsServiceAsync(ct);
        var rows = await session.QueryAsync<T>(sql, args, ct);
        await session.CommitAsync(ct);
        return rows;
    }

    private const string ClaimHalfDone = """
        update meeting_creation c set lease = @lease, lease_until = now() + @LeaseTime
        from meeting m join person p on p.person_id = m.host_id
        where m.id = c.meeting_id and c.meeting_id = any(array(
            select meeting_id from meeting_creation
            where answer is null and lease_until < now() and created_at < now() - interval '5 minutes'
            order by lease_until limit @Batch for update skip locked))
        returning c.meeting_id, m.provider, p.email as host_email
        """;

    private const string ClaimOrphans = """
        update provider_orphan set look_at = now() + interval '10 minutes', looked = looked + 1
        where meeting_id = any(array(select meeting_id from provider_orphan where look_at < now() order by look_at limit @Batch for update skip locked))
        returning meeting_id, provider, host_email, looked
        """;

    private const string ForgetAnswers = "delete from meeting_creation where answer is not null and (idempotency_key is null or created_at < @Before) returning 1";

    [LoggerMessage(Level = LogLevel.Information, Message = "Meeting {MeetingId} was found at its provider and is ready")]
    private partial void LogAdopted(Guid meetingId);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Meeting {MeetingId} never reached its provider and was removed")]
    private partial void LogRemoved(Guid meetingId);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Meeting {MeetingId}, which was refused here, was found at its provider and removed there")]
    private partial void LogOrphan(Guid meetingId);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Half-done meeting {MeetingId} could not be cleared up; it is tried again")]
    private partial void LogRowFailed(Exception exception, Guid meetingId);
}

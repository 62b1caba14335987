using Meetings.ServiceDefaults.Data;

namespace Meetings.Attendance.Calculation;

/// <summary>The work table: which occurrences are to be calculated, and when.</summary>
internal static class Schedule
{
    // Ends push the due time back, so that the delay counts from the last. A fact for what is already waiting only has to be noticed by a
    // calculation that is under way and may have read before it: that one finds the version changed and starts again.
    private const string FactsCame = """
        insert into calculation (occurrence_id, due_at, reason)
        select occurrence_id, case when ended then @ended else @late end, case when ended then 'ended' else 'facts' end
        from unnest(@occurrences, @endings) as touched (occurrence_id, ended) order by occurrence_id
        on conflict (occurrence_id) do update set
            due_at = case when excluded.reason = 'ended' or calculation.reason = 'report' then excluded.due_at else calculation.due_at end,
            reason = case when excluded.reason = 'ended' or calculation.reason = 'report' then excluded.reason else calculation.reason end,
            version = nextval('calculation_version')
        where excluded.reason = 'ended' or calculation.reason = 'report' or calculation.leased_until is not null
        """;

    private const string LessonChanged = """
        insert into calculation (occurrence_id, due_at, reason)
        select * from unnest(@occurrences, @dues, @reasons) order by 1
        on conflict (occurrence_id) do update set
            due_at = case when calculation.reason = 'timeout' then excluded.due_at else calculation.due_at end,
            reason = case when calculation.reason = 'timeout' then excluded.reason else calculation.reason end,
            version = nextval('calculation_version')
        """;

    // Due by the clock of the lessons, leased by the clock of the database: leases must not depend on whose machine is late.
    private const string Claim = """
        update calculation set leased_until = now() + @lease, attempts = attempts + 1
        where occurrence_id in (
            select occurrence_id from calculation
            where due_at <= @now and (leased_until is null or leased_until < now())
            order by due_at limit 1 for update skip locked)
        returning occurrence_id, version, attempts
        """;

    private const string Version = "select version from calculation where occurrence_id = @OccurrenceId and attempts = @Attempts";

    private const string Complete = "delete from calculation where occurrence_id = @OccurrenceId and version = @Version and attempts = @Attempts";

    private const string Postpone = """
        update calculation set leased_until = null, due_at = @due, reason = @reason
        where occurrence_id = @OccurrenceId and version = @Version and attempts = @Attempts
        """;

    private const string Release = "update calculation set leased_until = null where occurrence_id = @OccurrenceId and attempts = @Attempts";

    private const string NextDue = "select min(greatest(due_at, leased_until)) from calculation";

    public static Task FactsCameAsync(
        DatabaseSession session, IReadOnlyDictionary<Guid, bool> endedByOccurrence, DateTimeOffset ended, DateTimeOffset late, CancellationToken ct) =>
        session.ExecuteAsync(FactsCame, new { occurrences = endedByOccurrence.Keys.ToArray(), endings = endedByOccurrence.Values.ToArray(), ended, late }, ct);

    public static Task LessonsChangedAsync(DatabaseSession session, IReadOnlyList<(Guid Occurrence, DateTimeOffset Due, string Reason)> changes, CancellationToken ct) =>
        session.ExecuteAsync(LessonChanged, new
        {
            occurrences = changes.Select(change => change.Occurrence).ToArray(),
            dues = changes.Select(change => change.Due.ToUniversalTime()).ToArray(),
            reasons = changes.Select(change => change.Reason).ToArray(),
        }, ct);

    public static Task<Claimed?> ClaimAsync(DatabaseSession session, DateTimeOffset now, TimeSpan lease, CancellationToken ct) =>
        session.QuerySingleOrDefaultAsync<Claimed>(Claim, new { now, lease }, ct);

    /// <summary>
    /// The same work as it stands now, asked at the beginning of a reading: what came in before it is in what is read, and no reason to do it again.
    /// </summary>
    public static async Task<Claimed> AsOfNowAsync(DatabaseSession session, Claimed work, CancellationToken ct) =>
        await session.QuerySingleOrDefaultAsync<long?>(Version, work, ct) is { } version ? work with { Version = version } : work;

    /// <summary>False when something came in meanwhile, or the lease went to another: what was calculated must not be kept.</summary>
    public static async Task<bool> TryCompleteAsync(DatabaseSession session, Claimed work, CancellationToken ct) =>
        await session.ExecuteAsync(Complete, work, ct) == 1;

    /// <inheritdoc cref="TryCompleteAsync"/>
    public static async Task<bool> TryPostponeAsync(DatabaseSession session, Claimed work, DateTimeOffset due, string reason, CancellationToken ct) =>
        await session.ExecuteAsync(Postpone, new { work.OccurrenceId, work.Version, work.Attempts, due, reason }, ct) == 1;

    /// <summary>Gives work back that is to be done again at once.</summary>
    public static Task ReleaseAsync(DatabaseSession session, Claimed work, CancellationToken ct) => session.ExecuteAsync(Release, work, ct);

    public static Task<DateTimeOffset?> NextDueAsync(DatabaseSession session, CancellationToken ct) =>
        session.QuerySingleOrDefaultAsync<DateTimeOffset?>(NextDue, null, ct);
}

/// <summary>Work that is ours while the lease lasts. Attempts fences: whoever took it up after us has counted on.</summary>
internal sealed record Claimed(Guid OccurrenceId, long Version, int Attempts);

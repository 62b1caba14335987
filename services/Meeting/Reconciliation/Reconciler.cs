using Meetings.Contracts.Sittings;
using Meetings.Meeting.Providers;
using Meetings.ServiceDefaults.Background;
using Meetings.ServiceDefaults.Data;

namespace Meetings.Meeting.Reconciliation;

/// <summary>
/// Asks providers whose events may be lost who is where: every minute for what runs or could, and within seconds where one says that it lost some. Several
/// replicas share the work.
/// </summary>
internal sealed partial class Reconciler(IServiceProvider services, KnownProviders known, Database db, TimeProvider clock, ILogger<Reconciler> logger) : IPeriodicWork
{
    private const int AtOnce = 8;
    private const int Batch = 500;

    private static readonly TimeSpan AskAgain = TimeSpan.FromMinutes(1);

    // A meeting with a gap is not asked about by every replica, nor again and again while its provider does not answer.
    private static readonly TimeSpan Settle = TimeSpan.FromSeconds(2);

    private sealed record Due(string MeetingId);

    private sealed record OpenRow(string SittingId, string? ConnectionId, DateTimeOffset? JoinedAt);

    private sealed record AbsenceRow(string SittingId, string ConnectionId, DateTimeOffset Since);

    public TimeSpan Every => TimeSpan.FromSeconds(5);

    /// <summary>One round: all that are due.</summary>
    public async Task RunAsync(CancellationToken ct)
    {
        await using var scope = services.CreateAsyncScope();
        var here = scope.ServiceProvider.GetRequiredService<MeetingProviders>();
        foreach (var traits in known.All.Where(one => one.MayLoseEvents))
        {
            if (here.Find(traits.Name) is { } provider) await AskAsync(provider, ct);
        }
    }

    private async Task AskAsync(IMeetingProvider provider, CancellationToken ct)
    {
        IReadOnlyList<Due> due;
        do
        {
            due = await ClaimAsync(provider.Name, ct);
            await Parallel.ForEachAsync(due, new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = ct }, (meeting, token) =>
                new ValueTask(TryAsync(provider, meeting.MeetingId, token)));
        }
        while (due.Count == Batch);
    }

    private async Task<IReadOnlyList<Due>> ClaimAsync(string provider, CancellationToken ct)
    {
        await using var session = await db.BeginAsServiceAsync(ct);
        var due = await session.QueryAsync<Due>(Claim, new { provider, AskAgain, Batch, Settle }, ct);
        // With a full batch there are more that it may be of.
        if (due.Count < Batch) await session.ExecuteAsync(ForgetUnnamedGaps, new { provider, Settle }, ct);
        await session.CommitAsync(ct);
        return due;
    }

    // One that fails is asked for again when it is due, and keeps no other from its turn.
    private async Task TryAsync(IMeetingProvider provider, string meetingId, CancellationToken ct)
    {
        try
        {
            var asked = clock.GetUtcNow();
            var room = await provider.RoomAsync(meetingId, ct);
            await WriteAsync(provider.Name, meetingId, room, asked, ct);
        }
        catch (ProviderException e)
        {
            LogNotTold(provider.Name, meetingId, e.Failure, e.Code);
        }
        catch (Exception e) when (!ct.IsCancellationRequested)
        {
            LogMeetingFailed(e, meetingId);
        }
    }

    private async Task WriteAsync(string provider, string meetingId, ProviderRoom? room, DateTimeOffset asked, CancellationToken ct)
    {
        await using var session = await db.BeginAsServiceAsync(ct);
        var rows = await session.QueryAsync<OpenRow>(ReadOpen, new { provider, meetingId }, ct);
        var missing = await session.QueryAsync<AbsenceRow>(ReadAbsences, new { provider, meetingId }, ct);
        var open = rows.GroupBy(row => row.SittingId).Select(sitting => new KnownSitting(sitting.Key, [.. sitting
            .Where(row => row is { ConnectionId: not null, JoinedAt: not null }).Select(row => new KnownConnection(row.ConnectionId!, row.JoinedAt!.Value))])).ToList();

        var difference = Differences.Between(
            provider, meetingId, open, room, missing.ToDictionary(row => new Absence(row.SittingId, row.ConnectionId), row => row.Since), asked);
        await session.ExecuteAsync(KeepAbsences, new
        {
            provider, meetingId, asked,
            Sittings = difference.Absences.Select(one => one.SittingId).ToArray(),
            Connections = difference.Absences.Select(one => one.ConnectionId).ToArray(),
        }, ct);
        await session.ExecuteAsync(CloseGap, new { provider, meetingId, asked }, ct);
        foreach (var fact in difference.Facts) Publish(session, fact);
        await session.CommitAsync(ct);
        if (difference.Facts.Count > 0) LogMadeUp(provider, meetingId, difference.Facts.Count);
    }

    private static void Publish(DatabaseSession session, object fact)
    {
        switch (fact)
        {
            case SittingEnded ended: session.Publish(ended); break;
            case ParticipantJoined joined: session.Publish(joined); break;
            case ParticipantLeft left: session.Publish(left); break;
            default: throw new ArgumentOutOfRangeException(nameof(fact), fact, "No fact of a sitting.");
        }
    }

    // What runs, what could be about to or could again, and what the provider says it lost events of. A gap does not wait for its minute.
    private const string Claim = """
        insert into provider_check (provider, provider_meeting_id, due_at)
        select @provider, c.id, now() + @AskAgain
        from (
            select m.provider_meeting_id as id from meeting m
            where m.provider = @provider and m.deleted_at is null and m.provider_meeting_id is not null and m.is_at_provider
              and (m.state = 'live' or (m.state = 'ready' and m.starts_at between now() - interval '1 day' and now() + interval '2 hours')
                or (m.state in ('ended', 'finalised') and m.ended_at > now() - interval '2 hours'))
            union
            select s.provider_meeting_id from sitting s join meeting m on m.provider = s.provider and m.provider_meeting_id = s.provider_meeting_id
            where s.provider = @provider and s.ended_at is null
            union
            select g.provider_meeting_id from sitting_gap g join meeting m on m.provider = g.provider and m.provider_meeting_id = g.provider_meeting_id
            where g.provider = @provider) c
        left join provider_check known on known.provider = @provider and known.provider_meeting_id = c.id
        where known.due_at is null or known.due_at <= now()
            or (known.due_at <= now() + @AskAgain - @Settle
                and exists (select from sitting_gap g where g.provider = @provider and g.provider_meeting_id in (c.id, '')))
        order by known.due_at nulls first limit @Batch
        on conflict (provider, provider_meeting_id) do update set due_at = excluded.due_at
        where provider_check.due_at <= now()
            or (provider_check.due_at <= now() + @AskAgain - @Settle
                and exists (select from sitting_gap g where g.provider = @provider and g.provider_meeting_id in (excluded.provider_meeting_id, '')))
        returning provider_meeting_id as meeting_id
        """;

    // All that it may have been of have been claimed since.
    private const string ForgetUnnamedGaps = """
        delete from sitting_gap where provider = @provider and provider_meeting_id = '' and missing_before <= now() - @Settle
        """;

    private const string ReadOpen = """
        select s.sitting_id, c.connection_id, c.joined_at
        from sitting s
        left join provider_connection c on c.provider = s.provider and c.provider_meeting_id = s.provider_meeting_id and c.sitting_id = s.sitting_id
            and c.joined_at is not null and (c.left_at is null or c.left_at < c.joined_at)
        where s.provider = @provider and s.provider_meeting_id = @meetingId and s.ended_at is null
        """;

    private const string ReadAbsences = """
        select sitting_id, connection_id, since from provider_absence where provider = @provider and provider_meeting_id = @meetingId
        """;

    private const string KeepAbsences = """
        with gone as (
            select * from unnest(@Sittings::text[], @Connections::text[]) as a (sitting_id, connection_id)
        ), back as (
            delete from provider_absence p
            where p.provider = @provider and p.provider_meeting_id = @meetingId
              and not exists (select from gone where gone.sitting_id = p.sitting_id and gone.connection_id = p.connection_id))
        insert into provider_absence (provider, provider_meeting_id, sitting_id, connection_id, since)
        select @provider, @meetingId, sitting_id, connection_id, @asked from gone
        on conflict do nothing
        """;

    private const string CloseGap = """
        delete from sitting_gap where provider = @provider and provider_meeting_id = @meetingId and missing_before <= @asked
        """;

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Count} facts of {Room} that {Provider} had not told were made up for by asking it")]
    private partial void LogMadeUp(string provider, string room, int count);

    [LoggerMessage(Level = LogLevel.Information, Message = "{Provider} does not tell of {Room} now ({Failure}, code {Code}); it is asked again")]
    private partial void LogNotTold(string provider, string room, ProviderFailure failure, string? code);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Comparing {Room} with what its provider has failed; it is tried again")]
    private partial void LogMeetingFailed(Exception exception, string room);
}

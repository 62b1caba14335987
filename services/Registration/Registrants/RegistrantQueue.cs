using Grpc.Core;
using Meetings.Contracts.Registrants;
using Meetings.Contracts.Registrants.V1;
using Meetings.ServiceDefaults.Data;
using Microsoft.Extensions.Options;

namespace Meetings.Registration.Registrants;

/// <summary>A registration that the provider has to be told of, as it was when it was taken up.</summary>
internal sealed record DueRegistrant(
    Guid MeetingId, Guid PersonId, Guid AcademyId, string State, long Version, int Tries, string Name, string Email, string[] EmailDomains);

/// <summary>
/// Works off what providers have still to be told (X14). It is a column of the registrants and no queue beside them: whatever is killed, the next one finds
/// what is due. Replicas share the work; one that fails stops nobody else's (S1-06).
/// </summary>
internal sealed partial class RegistrantQueue(
    Database db, MeetingRegistrants.MeetingRegistrantsClient meetings, TimeProvider clock, IOptions<RegistrantsOptions> options, ILogger<RegistrantQueue> logger)
{
    /// <summary>Longer than a call may take; after it, whoever comes takes it up.</summary>
    public static readonly TimeSpan Lease = TimeSpan.FromMinutes(2);

    private static readonly TimeSpan FirstWait = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan LongestWait = TimeSpan.FromMinutes(10);

    private sealed record Verdict(DueRegistrant Of, string State, string? Reason = null, string? ProviderCode = null, TimeSpan? Wait = null, Place? Place = null)
    {
        public string Provider { get; init; } = "";
        public string ProviderMeetingId { get; init; } = "";
    }

    /// <summary>Everything that is due, chunk by chunk.</summary>
    public async Task DrainAsync(CancellationToken ct)
    {
        while (true)
        {
            IReadOnlyList<DueRegistrant> due;
            await using (var session = await db.BeginAsServiceAsync(ct))
            {
                due = await session.QueryAsync<DueRegistrant>(Claim, new { now = clock.GetUtcNow(), Lease, options.Value.ChunkSize }, ct);
                await session.CommitAsync(ct);
            }

            if (due.Count == 0) return;
            await WorkAsync(due, ct);
            await Task.Delay(options.Value.ChunkPause, clock, ct);
        }
    }

    /// <summary>What somebody waits for: taken up by them, and worked off until they have waited long enough. What is left is due at once.</summary>
    public async Task WorkAsync(IReadOnlyList<DueRegistrant> taken, TimeSpan patience, CancellationToken ct)
    {
        var until = clock.GetUtcNow() + patience;
        foreach (var chunk in taken.Chunk(options.Value.ChunkSize))
        {
            if (clock.GetUtcNow() >= until)
            {
                await SettleAsync([.. chunk.Select(one => new Verdict(one, one.State, Wait: TimeSpan.Zero))], ct);
                continue;
            }

            await WorkAsync(chunk, ct);
            await Task.Delay(options.Value.ChunkPause, clock, ct);
        }
    }

    private async Task WorkAsync(IReadOnlyList<DueRegistrant> chunk, CancellationToken ct)
    {
        var verdicts = await Task.WhenAll(chunk.GroupBy(one => (one.MeetingId, one.State)).Select(group => AskAsync(group.Key.MeetingId, group.Key.State, [.. group], ct)));
        await SettleAsync([.. verdicts.SelectMany(one => one)], ct);
    }

    private async Task<IReadOnlyList<Verdict>> AskAsync(Guid meetingId, string state, IReadOnlyList<DueRegistrant> people, CancellationToken ct)
    {
        try
        {
            return state is RegistrantState.Leaving ? await UnregisterAsync(meetingId, people, ct) : await RegisterAsync(meetingId, people, ct);
        }
        catch (RpcException e) when (e.StatusCode is StatusCode.NotFound)
        {
            return All(people, state is RegistrantState.Leaving ? RegistrantState.Left : RegistrantState.Void);
        }
        catch (RpcException e) when (e.StatusCode is StatusCode.FailedPrecondition && state is not RegistrantState.Leaving)
        {
            return All(people, RegistrantState.Refused, "registration-closed");
        }
        catch (RpcException e) when (!ct.IsCancellationRequested)
        {
            LogPostponed(meetingId, people.Count, e.StatusCode);
            return [.. people.Select(one => Later(one, "temporarily-unavailable", null))];
        }
    }

    private async Task<IReadOnlyList<Verdict>> RegisterAsync(Guid meetingId, IReadOnlyList<DueRegistrant> people, CancellationToken ct)
    {
        // An address may have become a foreign one since.
        var foreign = people.Where(one => !EmailAddress.TryParse(one.Email, out var email) || !email.IsAllowedBy(one.EmailDomains)).ToArray();
        var allowed = people.Except(foreign).ToArray();
        var verdicts = All(foreign, RegistrantState.Refused, "DOMAIN_RESTRICTED").ToList();
        if (allowed.Length == 0) return verdicts;

        var request = new RegisterRequest { MeetingId = meetingId.ToString() };
        request.People.AddRange(allowed.Select(one => new Registree { PersonId = one.PersonId.ToString(), Email = one.Email, Name = one.Name }));
        var answer = await meetings.RegisterAsync(request, cancellationToken: ct);

        var told = answer.Registrants.ToDictionary(one => Guid.Parse(one.PersonId));
        foreach (var one in allowed)
        {
            verdicts.Add(told.GetValueOrDefault(one.PersonId) switch
            {
                { OutcomeCase: Registrant.OutcomeOneofCase.Place } registrant => new Verdict(one, RegistrantState.Approved, Place: registrant.Place)
                {
                    Provider = answer.Provider, ProviderMeetingId = answer.ProviderMeetingId,
                },
                { OutcomeCase: Registrant.OutcomeOneofCase.Refusal, Refusal: var why } => new Verdict(one, RegistrantState.Refused, why.Code, why.ProviderCode),
                { OutcomeCase: Registrant.OutcomeOneofCase.Postponement, Postponement: var why } => Later(one, why.Code, why.After?.ToTimeSpan()),
                _ => Later(one, "temporarily-unavailable", null),
            });
        }

        return verdicts;
    }

    private async Task<IReadOnlyList<Verdict>> UnregisterAsync(Guid meetingId, IReadOnlyList<DueRegistrant> people, CancellationToken ct)
    {
        var request = new UnregisterRequest { MeetingId = meetingId.ToString() };
        request.PersonIds.AddRange(people.Select(one => one.PersonId.ToString()));
        var answer = await meetings.UnregisterAsync(request, cancellationToken: ct);

        var remaining = answer.Remaining.ToDictionary(one => Guid.Parse(one.PersonId));
        return [.. people.Select(one => remaining.GetValueOrDefault(one.PersonId) switch
        {
            { OutcomeCase: Registrant.OutcomeOneofCase.Postponement, Postponement: var why } => Later(one, why.Code, why.After?.ToTimeSpan()),
            // To ask again does not help; their link is shown to nobody any more.
            { OutcomeCase: Registrant.OutcomeOneofCase.Refusal, Refusal: var why } => new Verdict(one, RegistrantState.Left, why.Code, why.ProviderCode),
            _ => new Verdict(one, RegistrantState.Left),
        })];
    }

    /// <summary>What has changed since it was taken up stays as it is.</summary>
    private async Task SettleAsync(IReadOnlyList<Verdict> verdicts, CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        await using var session = await db.BeginAsServiceAsync(ct);
        var settled = (await session.QueryAsync<(Guid, Guid)>(Settle, new
        {
            now, Meetings = Column(one => one.Of.MeetingId), People = Column(one => one.Of.PersonId), Versions = Column(one => one.Of.Version),
            States = Column(one => one.State), Reasons = Column(one => one.Reason), Codes = Column(one => one.ProviderCode is { Length: > 0 } code ? code : null),
            Dues = Column(one => one.Wait is { } wait ? now + wait : (DateTimeOffset?)null), Registrants = Column(one => one.Place?.RegistrantId),
        }, ct)).ToHashSet();

        var approved = verdicts.Where(one => one.Place is not null && settled.Contains((one.Of.MeetingId, one.Of.PersonId))).ToArray();
        await session.ExecuteAsync(DropLinks, new { Meetings = Column(one => one.Of.MeetingId), People = Column(one => one.Of.PersonId) }, ct);
        await session.ExecuteAsync(KeepLinks, new
        {
            Meetings = Array.ConvertAll(approved, one => one.Of.MeetingId), People = Array.ConvertAll(approved, one => one.Of.PersonId),
            Urls = Array.ConvertAll(approved, one => one.Place!.JoinUrl),
        }, ct);
        foreach (var one in approved)
            session.Publish(new RegistrantApproved(one.Of.MeetingId, one.Of.AcademyId, one.Of.PersonId, one.Provider, one.ProviderMeetingId, one.Place!.RegistrantId));
        await session.CommitAsync(ct);
        var written = verdicts.Where(one => settled.Contains((one.Of.MeetingId, one.Of.PersonId))).ToList();
        var (refused, postponed) = (written.Count(one => one.State is RegistrantState.Refused), written.Count(one => one.Wait is not null));
        LogSettled(approved.Length, refused, postponed);

        T[] Column<T>(Func<Verdict, T> of) => [.. verdicts.Select(of)];
    }

    private static IReadOnlyList<Verdict> All(IEnumerable<DueRegistrant> people, string state, string? reason = null) =>
        [.. people.Select(one => new Verdict(one, state, reason))];

    private static Verdict Later(DueRegistrant one, string reason, TimeSpan? asked)
    {
        var own = TimeSpan.FromTicks(Math.Min(LongestWait.Ticks, FirstWait.Ticks << Math.Clamp(one.Tries - 1, 0, 10)));
        return new Verdict(one, one.State, reason, Wait: asked > own ? asked : own);
    }

    private const string Claim = """
        with due as (
            select meeting_id, person_id from registrant where due_at <= @now order by due_at, meeting_id, person_id limit @ChunkSize for update skip locked)
        update registrant r set due_at = @now + @Lease, tries = r.tries + 1, reason = null
        from due, person p, academy a
        where r.meeting_id = due.meeting_id and r.person_id = due.person_id and p.id = r.person_id and a.id = r.academy_id
        returning r.meeting_id, r.person_id, r.academy_id, r.state, r.version, r.tries, p.name, p.email, a.email_domains
        """;

    private const string Settle = """
        with told as (
            select * from unnest(@Meetings, @People, @Versions, @States, @Reasons, @Codes, @Dues::timestamptz[], @Registrants)
                as told (meeting_id, person_id, version, state, reason, provider_code, due_at, registrant_id)),
        held as (select r.meeting_id, r.person_id from registrant r join told using (meeting_id, person_id, version) order by 1, 2 for update of r)
        update registrant r set state = told.state, reason = told.reason, provider_code = told.provider_code, due_at = told.due_at,
            registrant_id = coalesce(told.registrant_id, r.registrant_id), tries = case when told.due_at is null then 0 else r.tries end,
            registered_at = case when told.state = 'approved' then @now else r.registered_at end, version = r.version + 1, updated_at = @now
        from told join held using (meeting_id, person_id) where r.meeting_id = told.meeting_id and r.person_id = told.person_id
        returning r.meeting_id, r.person_id
        """;

    private const string DropLinks = """
        delete from registrant_link l using unnest(@Meetings, @People) as told (meeting_id, person_id), registrant r
        where l.meeting_id = told.meeting_id and l.person_id = told.person_id and r.meeting_id = l.meeting_id and r.person_id = l.person_id and r.state <> 'approved'
        """;

    private const string KeepLinks = """
        insert into registrant_link (meeting_id, person_id, join_url) select * from unnest(@Meetings, @People, @Urls)
        on conflict (meeting_id, person_id) do update set join_url = excluded.join_url
        """;

    [LoggerMessage(Level = LogLevel.Information, Message = "Registrants: {Approved} approved, {Refused} refused, {Postponed} postponed")]
    private partial void LogSettled(int approved, int refused, int postponed);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Meeting {MeetingId}: {Count} registrants have to wait, the Meeting service answers {Status}")]
    private partial void LogPostponed(Guid meetingId, int count, StatusCode status);
}

using Meetings.Attendance.Ledger;
using Meetings.Contracts.Sittings;
using Meetings.ServiceDefaults.Data;

namespace Meetings.Attendance.Recording;

/// <summary>The ledger's table: facts go in once and come out all together.</summary>
internal static class FactStore
{
    private const string Insert = """
        insert into fact (id, provider, provider_meeting_id, sitting_id, connection_id, kind, at, source, who,
            session_number, registrant_id, customer_key, identity, provider_user_id, email, name, person_hint, delivery_id, received_at)
        select * from unnest(@ids, @providers, @meetings, @sittings, @connections, @kinds, @ats, @sources, @digests,
            @sessions, @registrants, @customers, @identities, @users, @emails, @names, @hints, @deliveries, @received)
        on conflict on constraint fact_told_once do nothing
        returning provider, provider_meeting_id, sitting_id, kind, at
        """;

    private const string Select = """
        select sitting_id, connection_id, kind, at, source, session_number, registrant_id, customer_key, identity, provider_user_id, email, name
        from fact where provider = @provider and provider_meeting_id = @meetingId
        """;

    /// <summary>Adds what is not there yet.</summary>
    /// <returns>What was new.</returns>
    public static Task<IReadOnlyList<NewFact>> AddAsync(DatabaseSession session, IReadOnlyList<ToldFact> facts, CancellationToken ct)
    {
        // In one order everywhere, so that two replicas that write the same facts wait for one another instead of deadlocking.
        var rows = facts.OrderBy(fact => fact.Sitting.Provider, StringComparer.Ordinal).ThenBy(fact => fact.Sitting.MeetingId, StringComparer.Ordinal)
            .ThenBy(fact => fact.Sitting.SittingId, StringComparer.Ordinal).ThenBy(fact => fact.Fact.Connection, StringComparer.Ordinal)
            .ThenBy(fact => fact.Fact.Kind).ThenBy(fact => fact.Fact.At).ThenBy(fact => fact.Fact.Source).ThenBy(fact => fact.WhoDigest()).ToArray();
        return session.QueryAsync<NewFact>(Insert, new
        {
            ids = Column(rows, _ => Guid.CreateVersion7()),
            providers = Column(rows, row => row.Sitting.Provider),
            meetings = Column(rows, row => row.Sitting.MeetingId),
            sittings = Column(rows, row => row.Sitting.SittingId),
            connections = Column(rows, row => row.Fact.Connection),
            kinds = Column(rows, row => (short)row.Fact.Kind),
            ats = Column(rows, row => row.Fact.At.ToUniversalTime()),
            sources = Column(rows, row => (short)row.Fact.Source),
            digests = Column(rows, row => row.WhoDigest()),
            sessions = Column(rows, row => row.Fact.Who.SessionNumber),
            registrants = Column(rows, row => row.Fact.Who.RegistrantId),
            customers = Column(rows, row => row.Fact.Who.CustomerKey),
            identities = Column(rows, row => row.Fact.Who.Identity),
            users = Column(rows, row => row.Fact.Who.ProviderUserId),
            emails = Column(rows, row => row.Fact.Who.Email),
            names = Column(rows, row => row.Fact.Who.Name),
            hints = Column(rows, row => row.PersonHint),
            deliveries = Column(rows, row => row.DeliveryId),
            received = Column(rows, row => row.ReceivedAt.ToUniversalTime()),
        }, ct);
    }

    /// <summary>Every fact of a provider's meeting, all its sittings.</summary>
    public static async Task<IReadOnlyList<Fact>> ReadAsync(DatabaseSession session, string provider, string meetingId, CancellationToken ct)
    {
        var rows = await session.QueryAsync<Row>(Select, new { provider, meetingId }, ct);
        var facts = new Fact[rows.Count];
        for (var i = 0; i < facts.Length; i++) facts[i] = rows[i].ToFact();
        return facts;
    }

    private static T[] Column<T>(ToldFact[] rows, Func<ToldFact, T> value) => Array.ConvertAll(rows, row => value(row));

    private sealed record Row(
        string SittingId, string ConnectionId, short Kind, DateTimeOffset At, short Source, string? SessionNumber, string? RegistrantId,
        string? CustomerKey, string? Identity, string? ProviderUserId, string? Email, string? Name)
    {
        public Fact ToFact() => new(
            SittingId, ConnectionId, (FactKind)Kind, At, (FactSource)Source,
            new ParticipantIdentity(RegistrantId, CustomerKey, Identity, ProviderUserId, Email, Name, SessionNumber));
    }
}

/// <summary>What the ledger did not hold before.</summary>
internal sealed record NewFact(string Provider, string ProviderMeetingId, string SittingId, short Kind, DateTimeOffset At);

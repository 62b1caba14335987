using Dapper;
using Meetings.Attendance.Ledger;
using Meetings.Contracts.Sittings;
using Meetings.ServiceDefaults.Data;

namespace Meetings.Attendance.Recording;

/// <summary>The ledger's table: facts go in once and come out all together.</summary>
internal static class FactStore
{
    /// <summary>Adds what is not there yet and tells what was new, for <see cref="Rows"/>.</summary>
    public const string Insert = """
        insert into fact (id, provider, provider_meeting_id, sitting_id, connection_id, kind, at, source, who,
            session_number, registrant_id, customer_key, identity, provider_user_id, email, name, person_hint, delivery_id, received_at)
        select * from unnest(@ids, @providers, @meetings, @sittings, @connections, @kinds, @ats, @sources, @digests,
            @sessions, @registrants, @customers, @identities, @users, @emails, @names, @hints, @deliveries, @received)
        on conflict on constraint fact_told_once do nothing
        returning provider, provider_meeting_id, sitting_id, kind, at
        """;

    /// <summary>Every fact of a provider's meeting, all its sittings, for <see cref="ReadAsync"/>.</summary>
    public const string Select = """
        select sitting_id, connection_id, kind, at, source, session_number, registrant_id, customer_key, identity, provider_user_id, email, name, received_at
        from fact where provider = @provider and provider_meeting_id = @meetingId
        """;

    public static Task AddAsync(DatabaseSession session, IReadOnlyList<ToldFact> facts, CancellationToken ct) => session.ExecuteAsync(Insert, Rows(facts), ct);

    /// <summary>The facts as columns.</summary>
    public static object Rows(IReadOnlyList<ToldFact> facts)
    {
        // In one order everywhere, so that two replicas that write the same facts wait for one another instead of deadlocking.
        var rows = facts.OrderBy(fact => fact.Sitting.Provider, StringComparer.Ordinal).ThenBy(fact => fact.Sitting.MeetingId, StringComparer.Ordinal)
            .ThenBy(fact => fact.Sitting.SittingId, StringComparer.Ordinal).ThenBy(fact => fact.Fact.Connection, StringComparer.Ordinal)
            .ThenBy(fact => fact.Fact.Kind).ThenBy(fact => fact.Fact.At).ThenBy(fact => fact.Fact.Source).ThenBy(fact => fact.WhoDigest()).ToArray();
        return new
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
        };
    }

    /// <summary>The rows of <see cref="Select"/>: each fact, and when it was first received.</summary>
    public static async Task<IReadOnlyList<(Fact Fact, DateTimeOffset ReceivedAt)>> ReadAsync(SqlMapper.GridReader rows) =>
        [.. (await rows.ReadAsync<Row>()).Select(row => (row.ToFact(), row.ReceivedAt))];

    private static T[] Column<T>(ToldFact[] rows, Func<ToldFact, T> value) => Array.ConvertAll(rows, row => value(row));

    private sealed record Row(
        string SittingId, string ConnectionId, short Kind, DateTimeOffset At, short Source, string? SessionNumber, string? RegistrantId,
        string? CustomerKey, string? Identity, string? ProviderUserId, string? Email, string? Name, DateTimeOffset ReceivedAt)
    {
        public Fact ToFact() => new(
            SittingId, ConnectionId, (FactKind)Kind, At, (FactSource)Source,
            new ParticipantIdentity(RegistrantId, CustomerKey, Identity, ProviderUserId, Email, Name, SessionNumber));
    }
}

/// <summary>What the ledger did not hold before.</summary>
internal sealed record NewFact(string Provider, string ProviderMeetingId, string SittingId, short Kind, DateTimeOffset At);

using Meetings.ServiceDefaults.Messaging;
using Npgsql;
using NpgsqlTypes;

namespace Meetings.WebhookIngress.Deliveries;

/// <summary>Writes many deliveries, and the messages of those that are new, in one statement: one round trip, one commit, all or nothing.</summary>
internal sealed class StoreDeliveries(NpgsqlDataSource db, OutboxHandover handover)
{
    // A repeat meets the constraint and adds neither a row nor a message, also when both are in this very statement or the first one is
    // still uncommitted in another replica: then it waits for that commit, so a repeat is not answered before the original is on disk.
    private const string Insert = """
        with stored as (
            insert into delivery (id, provider, dedupe_key, event, account_id, state, reason, body, body_sha256, received_at)
            select * from unnest(@ids, @providers, @keys, @events, @accounts, @states, @reasons, @bodies, @hashes, @received)
            on conflict on constraint delivery_one_per_event do nothing
            returning id
        ), published as (
            insert into outbox (id, message_type, body, trace_parent, leased_until)
            select m.id, m.type, m.body, m.trace, case when m.taken then clock_timestamp() + @lease end
            from unnest(@messageIds, @messageDeliveries, @messageTypes, @messageBodies, @messageTraces, @messageTaken) as m (id, delivery_id, type, body, trace, taken)
            join stored on stored.id = m.delivery_id
        )
        select id from stored
        """;

    /// <returns>For each delivery what became of it: its state, or <c>duplicate</c>.</returns>
    public async Task<IReadOnlyList<string>> HandleAsync(IReadOnlyList<NewDelivery> deliveries, CancellationToken ct)
    {
        // In the order of the key: two replicas that meet with the same repeats would otherwise lock each other out.
        var rows = deliveries.ToArray();
        Array.Sort(rows, static (a, b) => a.DedupeKey.AsSpan().SequenceCompareTo(b.DedupeKey));

        await using var connection = await db.OpenConnectionAsync(ct);
        await using var command = new NpgsqlCommand(Insert, connection);
        AddDeliveries(command.Parameters, rows);
        NewDelivery[] telling = [.. rows.Where(row => row.Message is not null)];
        bool[] taken = [.. telling.Select((row, i) => handover.Takes(row.Message!.Type, i))];
        AddMessages(command.Parameters, telling, taken);

        var stored = new HashSet<Guid>(rows.Length);
        await using (var reader = await command.ExecuteReaderAsync(ct))
        {
            while (await reader.ReadAsync(ct)) stored.Add(reader.GetGuid(0));
        }

        for (var i = 0; i < telling.Length; i++)
        {
            if (stored.Contains(telling[i].Id)) handover.Pass(telling[i].Message!, taken[i]);
        }

        return [.. deliveries.Select(delivery => stored.Contains(delivery.Id) ? delivery.State.Word() : "duplicate")];
    }

    private static void AddDeliveries(NpgsqlParameterCollection parameters, NewDelivery[] rows)
    {
        Add(parameters, "ids", NpgsqlDbType.Uuid, rows, row => row.Id);
        Add(parameters, "providers", NpgsqlDbType.Text, rows, row => row.Provider);
        Add(parameters, "keys", NpgsqlDbType.Bytea, rows, row => row.DedupeKey);
        Add(parameters, "events", NpgsqlDbType.Text, rows, row => row.Event);
        Add(parameters, "accounts", NpgsqlDbType.Text, rows, row => row.AccountId);
        Add(parameters, "states", NpgsqlDbType.Text, rows, row => row.State.Word());
        Add(parameters, "reasons", NpgsqlDbType.Text, rows, row => row.Reason);
        Add(parameters, "bodies", NpgsqlDbType.Bytea, rows, row => row.Body);
        Add(parameters, "hashes", NpgsqlDbType.Bytea, rows, row => row.BodyHash);
        Add(parameters, "received", NpgsqlDbType.TimestampTz, rows, row => row.ReceivedAt.UtcDateTime);
    }

    private static void AddMessages(NpgsqlParameterCollection parameters, NewDelivery[] rows, bool[] taken)
    {
        parameters.Add(new NpgsqlParameter<TimeSpan>("lease", NpgsqlDbType.Interval) { TypedValue = Outbox.Lease });
        parameters.Add(new NpgsqlParameter<bool[]>("messageTaken", NpgsqlDbType.Array | NpgsqlDbType.Boolean) { TypedValue = taken });
        Add(parameters, "messageIds", NpgsqlDbType.Uuid, rows, row => row.Message!.Id);
        Add(parameters, "messageDeliveries", NpgsqlDbType.Uuid, rows, row => row.Id);
        Add(parameters, "messageTypes", NpgsqlDbType.Text, rows, row => row.Message!.Type);
        Add(parameters, "messageBodies", NpgsqlDbType.Text, rows, row => row.Message!.Body);
        Add(parameters, "messageTraces", NpgsqlDbType.Text, rows, row => row.Message!.TraceParent);
    }

    private static void Add<T>(NpgsqlParameterCollection parameters, string name, NpgsqlDbType type, NewDelivery[] rows, Converter<NewDelivery, T> value) =>
        parameters.Add(new NpgsqlParameter<T[]>(name, NpgsqlDbType.Array | type) { TypedValue = Array.ConvertAll(rows, value) });
}

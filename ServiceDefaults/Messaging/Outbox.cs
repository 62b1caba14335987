using Npgsql;
using NpgsqlTypes;

namespace Meetings.ServiceDefaults.Messaging;

/// <summary>Messages kept with the change they tell of, until the broker has confirmed them.</summary>
public static class Outbox
{
    /// <summary>How long a relay may take for a message before others take it up: long enough for a slow broker, short enough that a crash delays nobody for long.</summary>
    public static readonly TimeSpan Lease = TimeSpan.FromSeconds(15);

    // The database's clock: leases must not depend on whose machine is late. And not the transaction's beginning, which may be long ago.
    private const string Insert = """
        insert into outbox (id, message_type, body, trace_parent, leased_until)
        select id, type, body, trace, case when taken then clock_timestamp() + @lease end
        from unnest(@ids, @types, @bodies, @traces, @taken) as m (id, type, body, trace, taken)
        """;

    /// <summary>Adds messages to the caller's transaction in one statement.</summary>
    /// <returns>The same messages, to be told to <see cref="Committed"/> after the commit.</returns>
    internal static async Task<Added> AddAsync(
        NpgsqlConnection connection, NpgsqlTransaction transaction, IReadOnlyList<OutboxMessage> messages, OutboxHandover handover, CancellationToken ct)
    {
        var taken = messages.Select((message, i) => handover.Takes(message.Type, i)).ToArray();
        await using var command = new NpgsqlCommand(Insert, connection, transaction);
        command.Parameters.Add(new("lease", NpgsqlDbType.Interval) { Value = Lease });
        command.Parameters.Add(new("ids", NpgsqlDbType.Array | NpgsqlDbType.Uuid) { Value = messages.Select(m => m.Id).ToArray() });
        command.Parameters.Add(new("types", NpgsqlDbType.Array | NpgsqlDbType.Text) { Value = messages.Select(m => m.Type).ToArray() });
        command.Parameters.Add(new("bodies", NpgsqlDbType.Array | NpgsqlDbType.Text) { Value = messages.Select(m => m.Body).ToArray() });
        command.Parameters.Add(new("traces", NpgsqlDbType.Array | NpgsqlDbType.Text) { Value = messages.Select(m => m.TraceParent).ToArray() });
        command.Parameters.Add(new("taken", NpgsqlDbType.Array | NpgsqlDbType.Boolean) { Value = taken });
        await command.ExecuteNonQueryAsync(ct);
        return new Added(messages, taken);
    }

    /// <summary>What was added is committed: the relay may have it.</summary>
    internal static void Committed(Added added, OutboxHandover handover)
    {
        for (var i = 0; i < added.Messages.Count; i++) handover.Pass(added.Messages[i], added.Taken[i]);
    }

    /// <summary>Rows of a transaction.</summary>
    /// <param name="Taken">For each whether its row was written under the relay's lease.</param>
    internal sealed record Added(IReadOnlyList<OutboxMessage> Messages, bool[] Taken);
}

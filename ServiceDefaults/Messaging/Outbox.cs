using Npgsql;
using NpgsqlTypes;

namespace Meetings.ServiceDefaults.Messaging;

/// <summary>Messages kept with the change they tell of, until the broker has confirmed them.</summary>
public static class Outbox
{
    private const string Insert = """
        insert into outbox (id, message_type, body, trace_parent)
        select * from unnest(@ids, @types, @bodies, @traces)
        """;

    /// <summary>Adds messages to the caller's transaction in one statement.</summary>
    public static async Task AddAsync(NpgsqlConnection connection, NpgsqlTransaction transaction, IReadOnlyList<OutboxMessage> messages, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand(Insert, connection, transaction);
        command.Parameters.Add(new("ids", NpgsqlDbType.Array | NpgsqlDbType.Uuid) { Value = messages.Select(m => m.Id).ToArray() });
        command.Parameters.Add(new("types", NpgsqlDbType.Array | NpgsqlDbType.Text) { Value = messages.Select(m => m.Type).ToArray() });
        command.Parameters.Add(new("bodies", NpgsqlDbType.Array | NpgsqlDbType.Text) { Value = messages.Select(m => m.Body).ToArray() });
        command.Parameters.Add(new("traces", NpgsqlDbType.Array | NpgsqlDbType.Text) { Value = messages.Select(m => m.TraceParent).ToArray() });
        await command.ExecuteNonQueryAsync(ct);
    }
}

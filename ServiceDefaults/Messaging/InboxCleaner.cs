using Dapper;
using Meetings.ServiceDefaults.Background;
using Npgsql;

namespace Meetings.ServiceDefaults.Messaging;

/// <summary>Forgets received messages after <see cref="Kept"/>, far longer than the broker or an outbox redelivers.</summary>
internal sealed class InboxCleaner(NpgsqlDataSource db, TimeProvider clock) : IPeriodicWork
{
    private static readonly TimeSpan Kept = TimeSpan.FromDays(7);

    private const int BatchSize = 10_000;

    private const string Delete = """
        delete from inbox where (message_id, consumer) in (select message_id, consumer from inbox where received_at < @before limit @BatchSize)
        """;

    public TimeSpan Every => TimeSpan.FromHours(1);

    public async Task RunAsync(CancellationToken ct)
    {
        await using var connection = await db.OpenConnectionAsync(ct);
        var command = new CommandDefinition(Delete, new { before = clock.GetUtcNow() - Kept, BatchSize }, cancellationToken: ct);
        while (await connection.ExecuteAsync(command) == BatchSize)
        {
            // A full batch: more may be old.
        }
    }
}

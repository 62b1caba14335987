using Dapper;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Meetings.ServiceDefaults.Messaging;

/// <summary>Forgets received messages after <see cref="Kept"/>, far longer than the broker or an outbox redelivers.</summary>
internal sealed partial class InboxCleaner(NpgsqlDataSource db, TimeProvider clock, ILogger<InboxCleaner> logger) : BackgroundService
{
    private static readonly TimeSpan Kept = TimeSpan.FromDays(7);

    private const int BatchSize = 10_000;

    private const string Delete = """
        delete from inbox where (message_id, consumer) in (select message_id, consumer from inbox where received_at < @before limit @BatchSize)
        """;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromHours(1), clock);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                await using var connection = await db.OpenConnectionAsync(stoppingToken);
                var command = new CommandDefinition(Delete, new { before = clock.GetUtcNow() - Kept, BatchSize }, cancellationToken: stoppingToken);
                while (await connection.ExecuteAsync(command) == BatchSize)
                {
                    // A full batch: more may be old.
                }
            }
            catch (Exception e) when (!stoppingToken.IsCancellationRequested)
            {
                LogFailed(e);
            }
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Cleaning the inbox failed; it is tried again within the hour")]
    private partial void LogFailed(Exception exception);
}

using System.Threading.Channels;
using Dapper;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Meetings.ServiceDefaults.Messaging;

/// <summary>
/// Deletes outbox rows that the broker has confirmed, many in one statement: they are under a lease still, so there is time, and a commit for each message
/// would cost more than all else that is done with it.
/// </summary>
internal sealed partial class ConfirmedMessages(NpgsqlDataSource db, ILogger<ConfirmedMessages> logger)
{
    private const int BatchSize = 1000;

    // A small part of the lease. Not by the clock of the lessons: it is about how many rows gather, and nobody sees it.
    private static readonly TimeSpan Gather = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    private const string Delete = "delete from outbox where id = any(@ids)";

    private readonly Channel<Guid> _ids = Channel.CreateUnbounded<Guid>(new UnboundedChannelOptions { SingleReader = true });

    public void Add(Guid id) => _ids.Writer.TryWrite(id);

    /// <summary>Until stopped, and then once more for what is left.</summary>
    public async Task DeleteAsync(CancellationToken ct)
    {
        try
        {
            while (await _ids.Reader.WaitToReadAsync(ct))
            {
                await Task.Delay(Gather, ct);
                if (!await TryDeleteAsync(ct)) await Task.Delay(Pause, ct);
            }
        }
        catch (OperationCanceledException)
        {
            await TryDeleteAsync(CancellationToken.None);
        }
    }

    private async Task<bool> TryDeleteAsync(CancellationToken ct)
    {
        var ids = new List<Guid>();
        try
        {
            do
            {
                ids.Clear();
                while (ids.Count < BatchSize && _ids.Reader.TryRead(out var id)) ids.Add(id);
                await using var connection = await db.OpenConnectionAsync(ct);
                await connection.ExecuteAsync(new CommandDefinition(Delete, new { ids = ids.ToArray() }, cancellationToken: ct));
            }
            while (ids.Count == BatchSize);

            return true;
        }
        catch (Exception e)
        {
            // Whatever it is, this must go on: a relay that deletes nothing publishes everything for ever. What is not deleted is published again, under
            // the same id, when the lease has run out: better soon than that.
            ids.ForEach(Add);
            LogNotDeleted(e, ids.Count);
            return false;
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "{Count} confirmed messages are still in the outbox")]
    private partial void LogNotDeleted(Exception exception, int count);
}

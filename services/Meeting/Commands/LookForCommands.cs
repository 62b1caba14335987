using Dapper;
using MassTransit;
using Meetings.Contracts.Meetings;
using Meetings.ServiceDefaults.Data;
using Microsoft.Extensions.Options;

namespace Meetings.Meeting.Commands;

/// <summary>What another replica, or this one, has told in a meeting. Each replica hears all of it, as long as it runs.</summary>
internal sealed class MeetingCommandToldConsumer(CommandSignals signals) : IConsumer<MeetingCommandTold>
{
    public Task Consume(ConsumeContext<MeetingCommandTold> context)
    {
        signals.Tell(context.Message.MeetingId, context.Message.Delivery);
        return Task.CompletedTask;
    }
}

/// <summary>Finds what this replica was not told of: the broker may be away, and its queue is gone with the replica. One question for all listeners.</summary>
internal sealed partial class LookForCommands(
    Database db, CommandSignals signals, IOptions<CommandOptions> options, TimeProvider clock, ILogger<LookForCommands> logger) : BackgroundService
{
    private sealed record Head(Guid MeetingId, long Delivery);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(options.Value.Look, clock);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                if (signals.Listened() is { Length: > 0 } meetings) await LookAsync(meetings, stoppingToken);
            }
            catch (Exception e) when (!stoppingToken.IsCancellationRequested)
            {
                LogFailed(e);
            }
        }
    }

    private async Task LookAsync(Guid[] meetings, CancellationToken ct)
    {
        var heads = await db.ReadAsServiceAsync(Find, new { meetings }, async rows => (await rows.ReadAsync<Head>()).AsList(), ct);
        foreach (var head in heads) signals.Tell(head.MeetingId, head.Delivery);
    }

    private const string Find = "select meeting_id, delivery from meeting_command_head where meeting_id = any(@meetings)";

    [LoggerMessage(Level = LogLevel.Warning, Message = "Looking for commands failed; it is tried again in a moment")]
    private partial void LogFailed(Exception exception);
}

using Dapper;
using MassTransit;
using Meetings.Contracts.Meetings;
using Meetings.ServiceDefaults.Background;
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
internal sealed class LookForCommands(
    Database db, CommandSignals signals, IOptions<CommandOptions> options) : IPeriodicWork
{
    private sealed record Head(Guid MeetingId, long Delivery);

    public TimeSpan Every => options.Value.Look;

    public async Task RunAsync(CancellationToken ct)
    {
        if (signals.Listened() is not { Length: > 0 } meetings) return;
        var heads = await db.ReadAsServiceAsync(Find, new { meetings }, async rows => (await rows.ReadAsync<Head>()).AsList(), ct);
        foreach (var head in heads) signals.Tell(head.MeetingId, head.Delivery);
    }

    private const string Find = "select meeting_id, delivery from meeting_command_head where meeting_id = any(@meetings)";
}

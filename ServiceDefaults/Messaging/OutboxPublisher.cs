using System.Diagnostics;
using MassTransit;
using Meetings.ServiceDefaults.Telemetry;
using Microsoft.Extensions.Logging;

namespace Meetings.ServiceDefaults.Messaging;

/// <summary>Brings one message to the broker, and knows when it got there.</summary>
internal sealed partial class OutboxPublisher(IBusControl bus, OutboxHandover handover, ILogger<OutboxPublisher> logger)
{
    /// <returns>True when the broker has confirmed it, and has it in a queue.</returns>
    public async Task<bool> TryPublishAsync(OutboxMessage row, CancellationToken ct)
    {
        using var activity = MeetingsTelemetry.Activities.StartActivity("outbox relay", ActivityKind.Producer, row.TraceParent);
        try
        {
            var (message, contract) = row.Open();
            using var timeout = CancellationTokenSource.CreateLinkedTokenSource(ct);
            timeout.CancelAfter(Outbox.Lease / 2);
            await bus.Publish(message, contract, context =>
            {
                context.MessageId = row.Id;
                // A confirmed message may have gone nowhere; mandatory makes the broker hand it back instead.
                if (context.TryGetPayload<RabbitMqSendContext>(out var rabbit)) rabbit.Mandatory = true;
            }, timeout.Token);
            handover.Routed(row.Type);
            return true;
        }
        catch (MessageReturnedException)
        {
            handover.NotRouted(row.Type);
            LogReturned(row.Id, row.Type);
            return false;
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            return false;
        }
        catch (Exception e)
        {
            LogNotPublished(e, row.Id, row.Type);
            return false;
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Nobody listens to message {MessageId} ({MessageType}); its kind stays in the outbox until somebody does")]
    private partial void LogReturned(Guid messageId, string messageType);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Message {MessageId} ({MessageType}) was not confirmed; it stays in the outbox")]
    private partial void LogNotPublished(Exception exception, Guid messageId, string messageType);
}

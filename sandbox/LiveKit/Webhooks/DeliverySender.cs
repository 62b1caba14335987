using Microsoft.Extensions.Options;

namespace Meetings.LiveKitSandbox.Webhooks;

/// <summary>Works on the lines of all rooms at the same time, and on each in its order: an event that is tried again holds up those behind it.</summary>
internal sealed partial class DeliverySender(
    DeliveryQueue queue, WebhookClient client, IOptions<LiveKitOptions> options, TimeProvider clock, ILogger<DeliverySender> logger)
    : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await foreach (var line in queue.Busy.ReadAllAsync(stoppingToken)) _ = EmptyAsync(line, stoppingToken);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The server stops.
        }
    }

    private async Task EmptyAsync(RoomLine line, CancellationToken ct)
    {
        try
        {
            while (queue.Take(line) is { } delivery)
            {
                var state = await SendAsync(delivery, ct);
                if (state is DeliveryState.Delivered or DeliveryState.Lost || line.IsReported) continue;

                line.IsReported = true;
                LogNotTaken(delivery.Message.Event.Room.Sid, delivery.Message.Event.Event, delivery.Attempts[^1].Status, delivery.Attempts[^1].Error, state);
            }
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            // The server stops; what still stood in line is lost, as with the real one.
        }
    }

    /// <summary>Sends the same bytes with the same token until they are taken, refused or given up.</summary>
    private async Task<DeliveryState> SendAsync(Delivery delivery, CancellationToken ct)
    {
        var (body, signer) = (delivery.Message.Body!, options.Value.Signer);
        var token = WebhookToken.Of(signer.Key, delivery.BadSignature ? "not-" + signer.Value : signer.Value, body, clock.GetUtcNow());
        while (true)
        {
            var at = clock.GetUtcNow();
            var (status, retryAfter, error) = await client.PostAsync(options.Value.WebhookUrl!, body, token, ct);
            var state = queue.Attempted(delivery, new DeliveryAttempt(at, status, error));
            if (state != DeliveryState.Ready) return state;

            await Task.Delay(RetrySchedule.Wait(delivery.Attempts.Count, retryAfter) / options.Value.TimeCompression, clock, ct);
            if (delivery.State != DeliveryState.Ready) return delivery.State;
        }
    }

    [LoggerMessage(
        Level = LogLevel.Warning,
        Message = "Room {RoomSid}: {Event} was not taken, status {Status}, {Error}; {State}. More of this room is not logged")]
    private partial void LogNotTaken(string roomSid, string @event, int? status, string? error, DeliveryState state);
}

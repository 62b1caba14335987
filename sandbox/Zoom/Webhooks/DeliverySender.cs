using Microsoft.Extensions.Options;

namespace Meetings.ZoomSandbox.Webhooks;

/// <summary>Takes due deliveries from the line and posts them, several at a time.</summary>
internal sealed partial class DeliverySender(
    DeliveryQueue queue, Subscription subscription, WebhookClient client, IOptions<ZoomOptions> options, TimeProvider clock,
    ILogger<DeliverySender> logger)
    : BackgroundService
{
    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        Task.WhenAll(Enumerable.Range(0, options.Value.Senders).Select(_ => SendAsync(stoppingToken)));

    private async Task SendAsync(CancellationToken ct)
    {
        try
        {
            await foreach (var delivery in queue.Due.ReadAllAsync(ct))
            {
                // Dropped by a reset while it stood in line.
                if (delivery.State != DeliveryState.Ready || subscription.Endpoint is not { } endpoint) continue;

                var timestamp = options.Value.RestampRedeliveries ? client.Timestamp() : delivery.FirstTimestamp ??= client.Timestamp();
                var at = clock.GetUtcNow();
                var (status, _, error) = await client.PostAsync(endpoint, delivery.Event.Body, timestamp, delivery.RequestId, delivery.BadSignature, ct);
                var state = queue.Attempted(delivery, new DeliveryAttempt(at, status, error));
                if (state != DeliveryState.Delivered) LogNotTaken(delivery.Id, delivery.Event.Name, status, error, state);
            }
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            // The server stops.
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Delivery {DeliveryId} of {Event}: status {Status}, {Error}; now {State}")]
    private partial void LogNotTaken(int deliveryId, string @event, int? status, string? error, DeliveryState state);
}

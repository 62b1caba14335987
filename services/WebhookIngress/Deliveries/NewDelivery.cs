using Meetings.ServiceDefaults.Messaging;

namespace Meetings.WebhookIngress.Deliveries;

/// <summary>A delivery on its way to the disk, with the message that goes out if it is the first of its event.</summary>
internal sealed record NewDelivery(
    Guid Id, string Provider, byte[] DedupeKey, string? Event, string? AccountId, DeliveryState State, string? Reason, byte[] Body, byte[] BodyHash,
    DateTimeOffset ReceivedAt, OutboxMessage? Message)
{
    public static NewDelivery Of(string provider, DeliveryBody body, DeliveryReading reading) => new(
        body.DeliveryId, provider, reading.DedupeKey, reading.Name, reading.AccountId, reading.State, reading.Reason, body.Bytes, body.Hash, body.ReceivedAt,
        reading.Normalised is { } normalised ? SittingMessages.Of(normalised) : null);
}

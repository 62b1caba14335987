namespace Meetings.WebhookIngress.Deliveries;

/// <summary>A verified body, as it is (or was) stored.</summary>
/// <param name="Bytes">Without what the provider's redaction takes out.</param>
/// <param name="Hash">SHA-256 of the bytes as they were signed.</param>
/// <param name="DeliveryId">Under which it is stored.</param>
internal sealed record DeliveryBody(byte[] Bytes, byte[] Hash, Guid DeliveryId, DateTimeOffset ReceivedAt);

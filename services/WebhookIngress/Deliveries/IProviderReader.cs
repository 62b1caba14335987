namespace Meetings.WebhookIngress.Deliveries;

/// <summary>Reads the stored deliveries of one provider again.</summary>
internal interface IProviderReader
{
    /// <summary>As in the store: <c>zoom</c>, <c>livekit</c>.</summary>
    string Provider { get; }

    /// <returns>Null for what tells of no event.</returns>
    DeliveryReading? Read(DeliveryBody body);
}

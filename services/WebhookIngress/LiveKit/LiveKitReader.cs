using Meetings.WebhookIngress.Deliveries;
using Meetings.WebhookIngress.LiveKitEvents;

namespace Meetings.WebhookIngress.LiveKit;

/// <summary>Reads LiveKit's stored deliveries again.</summary>
internal sealed class LiveKitReader : IProviderReader
{
    public string Provider => ReceiveLiveKitWebhook.Provider;

    public DeliveryReading Read(DeliveryBody body) => LiveKitReading.Of(body);
}

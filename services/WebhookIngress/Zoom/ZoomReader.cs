using Meetings.WebhookIngress.Deliveries;
using Meetings.WebhookIngress.ZoomEvents;
using Microsoft.Extensions.Options;

namespace Meetings.WebhookIngress.Zoom;

/// <summary>Reads Zoom's stored deliveries again.</summary>
internal sealed class ZoomReader(IOptions<ZoomOptions> options) : IProviderReader
{
    public string Provider => ReceiveZoomWebhook.Provider;

    public DeliveryReading? Read(DeliveryBody body) => (ZoomReading.Of(body, options.Value.WebhookAccounts) as ZoomReading.Event)?.What;
}

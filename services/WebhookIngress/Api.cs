using Meetings.ServiceDefaults.OpenApi;

namespace Meetings.WebhookIngress;

/// <summary>What the API document says of this service besides what its code says.</summary>
internal static class Api
{
    public static ApiNotes Notes { get; } = new(
        new Dictionary<string, string>
        {
            ["GET /api/v1/webhooks/deliveries"] = "forbidden",
            ["POST /api/v1/webhooks/deliveries/{id}/replay"] = "forbidden delivery-not-found delivery-erased delivery-not-an-event",
            ["GET /api/v1/operations/webhook-ingress/failed-messages"] = "forbidden",
            ["POST /api/v1/operations/webhook-ingress/failed-messages/{id}/replay"] = "forbidden failed-message-not-found failed-message-replaying",
            ["POST /api/v1/operations/webhook-ingress/failed-messages/replay"] = "forbidden failed-message-replaying",
            ["DELETE /api/v1/operations/webhook-ingress/failed-messages/{id}"] = "forbidden failed-message-not-found failed-message-replaying",
        },
        new Dictionary<string, object>
        {
        });
}

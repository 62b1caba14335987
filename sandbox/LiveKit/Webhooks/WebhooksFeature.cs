namespace Meetings.LiveKitSandbox.Webhooks;

internal static class WebhooksFeature
{
    public static void AddWebhooks(this IServiceCollection services)
    {
        services.AddSingleton<FaultRules>();
        services.AddSingleton<DeliveryQueue>();
        services.AddSingleton<WebhookClient>();
        services.AddHostedService<DeliverySender>();
    }
}

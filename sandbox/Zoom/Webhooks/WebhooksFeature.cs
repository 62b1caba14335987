namespace Meetings.ZoomSandbox.Webhooks;

internal static class WebhooksFeature
{
    public static void AddWebhooks(this IServiceCollection services)
    {
        services.AddSingleton<LiveEvents>();
        services.AddSingleton<ManagementEvents>();
        services.AddSingleton<RecordingEvents>();
        services.AddSingleton<Subscription>();
        services.AddSingleton<FaultRules>();
        services.AddSingleton<DeliveryQueue>();
        services.AddSingleton<WebhookClient>();
        services.AddSingleton<UrlValidation>();
        services.AddHostedService<DeliverySender>();
        services.AddHostedService(provider => provider.GetRequiredService<UrlValidation>());
    }
}

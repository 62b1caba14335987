using Meetings.WebhookIngress.Deliveries;
using Microsoft.Extensions.Options;

namespace Meetings.WebhookIngress.LiveKit;

/// <summary>All that Program sees of LiveKit's webhooks.</summary>
internal static class LiveKitFeature
{
    public static void AddLiveKitWebhooks(this IHostApplicationBuilder builder)
    {
        builder.Services.AddOptions<LiveKitOptions>().BindConfiguration(LiveKitOptions.Section).ValidateOnStart();
        builder.Services.AddSingleton<IValidateOptions<LiveKitOptions>, ValidateLiveKitOptions>();
        builder.Services.AddSingleton<ReceiveLiveKitWebhook>();
        builder.Services.AddSingleton<IProviderReader, LiveKitReader>();
    }

    public static void MapLiveKitWebhooks(this IEndpointRouteBuilder app) => ReceiveLiveKitWebhook.Map(app);
}

using Meetings.WebhookIngress.Deliveries;
using Microsoft.Extensions.Options;

namespace Meetings.WebhookIngress.Zoom;

/// <summary>All that Program sees of Zoom's webhooks.</summary>
internal static class ZoomFeature
{
    public static void AddZoomWebhooks(this IHostApplicationBuilder builder)
    {
        builder.Services.AddOptions<ZoomOptions>().BindConfiguration(ZoomOptions.Section).ValidateOnStart();
        builder.Services.AddSingleton<IValidateOptions<ZoomOptions>, ValidateZoomOptions>();
        builder.Services.AddSingleton<ReceiveZoomWebhook>();
        builder.Services.AddSingleton<IProviderReader, ZoomReader>();
    }

    public static void MapZoomWebhooks(this IEndpointRouteBuilder app) => ReceiveZoomWebhook.Map(app);
}

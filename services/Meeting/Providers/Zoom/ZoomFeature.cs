using Microsoft.Extensions.Options;
using Refit;

namespace Meetings.Meeting.Providers.Zoom;

internal static class ZoomFeature
{
    public static void AddZoom(this IHostApplicationBuilder builder)
    {
        builder.Services.AddOptions<ZoomOptions>().BindConfiguration(ZoomOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        builder.Services.AddSingleton<IPostConfigureOptions<ZoomOptions>, ZoomOptions.LeaveSandbox>();

        builder.Services.AddHttpClient(ZoomTokens.ClientName);
        builder.Services.AddSingleton<ZoomTokens>();
        builder.Services.AddTransient<ZoomAuthorization>();
        builder.Services.AddTransient<ZoomPacing>();
        builder.Services.AddTransient<ZoomRegistrants>();

        // A factory per use and not one client for ever: handlers are renewed, and with them what DNS said.
        builder.Services.AddRefitClient<IZoomApi>(new RefitSettings(new SystemTextJsonContentSerializer(ZoomJson.Options)))
            .ConfigureHttpClient((services, client) => client.BaseAddress = services.GetRequiredService<IOptions<ZoomOptions>>().Value.ApiUrl)
            .AddHttpMessageHandler<ZoomPacing>()
            .AddHttpMessageHandler<ZoomAuthorization>();
        builder.Services.AddProvider<ZoomProvider>(new ProviderTraits(ZoomProvider.ProviderName) { HasDoor = true });
    }
}

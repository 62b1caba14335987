using Microsoft.Extensions.Options;

namespace Meetings.Meeting.Providers.LiveKit;

internal static class LiveKitFeature
{
    // Rooms of thousands fit; what is larger is no answer of LiveKit's.
    private const int MaxAnswer = 16 * 1024 * 1024;

    /// <summary>Without a key nothing of it is there, and meetings on LiveKit are refused as not available.</summary>
    public static void AddLiveKit(this IHostApplicationBuilder builder)
    {
        if (!builder.Configuration.GetSection($"{LiveKitOptions.Section}:{nameof(LiveKitOptions.Keys)}").GetChildren().All(key => string.IsNullOrEmpty(key.Value))) return;

        builder.Services.AddOptions<LiveKitOptions>().BindConfiguration(LiveKitOptions.Section).ValidateOnStart();
        builder.Services.AddSingleton<IValidateOptions<LiveKitOptions>, ValidateLiveKitOptions>();
        builder.Services.AddHttpClient<LiveKitApi>((services, http) =>
        {
            http.BaseAddress = services.GetRequiredService<IOptions<LiveKitOptions>>().Value.ApiUrl;
            http.MaxResponseContentBufferSize = MaxAnswer;
        });
        builder.Services.AddTransient<LiveKitRooms>();
        builder.Services.AddTransient<IMeetingProvider, LiveKitProvider>();
    }
}

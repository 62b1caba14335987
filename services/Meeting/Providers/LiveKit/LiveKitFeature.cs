using Meetings.Meeting.Joining;
using Microsoft.Extensions.Options;

namespace Meetings.Meeting.Providers.LiveKit;

internal static class LiveKitFeature
{
    // Rooms of thousands fit; what is larger is no answer of LiveKit's.
    private const int MaxAnswer = 16 * 1024 * 1024;

    public static void AddLiveKit(this IHostApplicationBuilder builder)
    {
        builder.Services.AddOptions<LiveKitOptions>().BindConfiguration(LiveKitOptions.Section).ValidateOnStart();
        builder.Services.AddSingleton<IValidateOptions<LiveKitOptions>, ValidateLiveKitOptions>();
        builder.Services.AddHttpClient<LiveKitApi>((services, http) =>
        {
            if (services.GetRequiredService<IOptions<LiveKitOptions>>().Value is { IsConfigured: true } options) http.BaseAddress = options.ApiUrl;
            http.MaxResponseContentBufferSize = MaxAnswer;
        });
        builder.Services.AddTransient<LiveKitRooms>();
        builder.Services.AddSingleton<IRoomTokens, LiveKitTokens>();
        builder.Services.AddProvider<LiveKitProvider>(new ProviderTraits(LiveKitProvider.ProviderName)
        {
            // A room is made up to two hours before anybody comes.
            OpensEmpty = true,
            // Webhooks are given up after half a minute.
            MayLoseEvents = true,
        });
    }
}

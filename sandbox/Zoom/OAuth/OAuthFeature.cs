using Meetings.ZoomSandbox.Limits;

namespace Meetings.ZoomSandbox.OAuth;

internal static class OAuthFeature
{
    public static void AddOAuth(this IServiceCollection services)
    {
        services.AddSingleton<AccessTokens>();
        services.AddSingleton<RateLimits>();
        services.AddSingleton<DailyCounters>();
    }

    public static void MapOAuth(this IEndpointRouteBuilder app) => IssueToken.Map(app);
}

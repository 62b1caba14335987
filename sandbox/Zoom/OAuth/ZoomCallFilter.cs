using Meetings.ZoomSandbox.Limits;
using Microsoft.Extensions.Options;

namespace Meetings.ZoomSandbox.OAuth;

/// <summary>What stands before every call of the REST API: the token, its scope, the account's rate limits.</summary>
internal static class ZoomCallFilter
{
    /// <summary>Makes a route a call of the REST API, with its rate label and the scope it needs.</summary>
    public static void ZoomCall(this RouteHandlerBuilder route, RateLabel label, string scope) => route.AddEndpointFilter(async (context, next) =>
    {
        var http = context.HttpContext;
        var services = http.RequestServices;

        if (services.GetRequiredService<AccessTokens>().Check(http.Request.Headers.Authorization) is { } refused) return refused;
        if (!Scopes.Of(services.GetRequiredService<IOptions<ZoomOptions>>().Value).Contains(scope)) return ZoomError.MissingScope(scope);

        // On an ordinary answer only the category is seen in the field; the other headers come with a refusal.
        http.Response.Headers["X-RateLimit-Category"] = label.ToString();
        http.Response.Headers["x-zm-trackingid"] = $"v=2.0;clid=sandbox;rid=WEB_{http.TraceIdentifier}";
        if (services.GetRequiredService<RateLimits>().Take(label) is { } overLimit)
        {
            overLimit.WriteHeaders(http.Response.Headers);
            return overLimit.Error;
        }

        return await next(context);
    });
}

using System.Globalization;
using System.Threading.RateLimiting;
using Meetings.ServiceDefaults.Http;
using Meetings.ServiceDefaults.Security;
using Microsoft.AspNetCore.RateLimiting;
using Microsoft.Extensions.Options;
using Yarp.ReverseProxy.Model;

namespace Meetings.Gateway.Edge;

/// <summary>
/// Limits what one sender asks for: a person by their token, anyone else by their address. Behind authentication, since a subject that nobody
/// checked is no subject.
/// </summary>
internal sealed class RateLimits(IOptions<RateLimitOptions> options) : IConfigureOptions<RateLimiterOptions>
{
    /// <summary>Metadata of a route that has a limit of its own; the value is one of the buckets.</summary>
    public const string RouteMetadata = "RateLimit";

    private readonly RateLimitOptions _options = options.Value;

    public void Configure(RateLimiterOptions limiter)
    {
        limiter.GlobalLimiter = PartitionedRateLimiter.Create<HttpContext, string>(PartitionOf);
        limiter.RejectionStatusCode = StatusCodes.Status429TooManyRequests;
        limiter.OnRejected = async (rejected, _) =>
        {
            var wait = rejected.Lease.TryGetMetadata(MetadataName.RetryAfter, out var retryAfter) ? retryAfter : TimeSpan.FromSeconds(1);
            rejected.HttpContext.Response.Headers.RetryAfter = Math.Max(1, (int)Math.Ceiling(wait.TotalSeconds)).ToString(CultureInfo.InvariantCulture);

            // A provider takes a 4xx for our last word and never sends that event again; a 5xx it repeats.
            var status = IsWebhook(rejected.HttpContext) ? StatusCodes.Status503ServiceUnavailable : StatusCodes.Status429TooManyRequests;
            await Problem.Of(status, "too-many-requests", "Too many requests. Wait a moment, as Retry-After says.").ExecuteAsync(rejected.HttpContext);
        };
    }

    private RateLimitPartition<string> PartitionOf(HttpContext context)
    {
        // The orchestrator asks often, and must not be told that we are ill because it asks.
        var path = context.Request.Path;
        if (path.StartsWithSegments("/health") || path.StartsWithSegments("/alive")) return RateLimitPartition.GetNoLimiter("health");

        var address = context.Connection.RemoteIpAddress?.ToString() ?? "unknown";
        if (IsWebhook(context)) return Limited($"webhook {address}", _options.Webhooks);

        return Caller.From(context.User) is { } caller
            ? Limited($"caller {caller.PersonId}", _options.Callers)
            : Limited($"stranger {address}", _options.Strangers);
    }

    private static bool IsWebhook(HttpContext context)
    {
        var route = context.GetEndpoint()?.Metadata.GetMetadata<RouteModel>()?.Config;
        return route?.Metadata?.GetValueOrDefault(RouteMetadata) == nameof(RateLimitOptions.Webhooks);
    }

    private static RateLimitPartition<string> Limited(string key, RateLimitOptions.Bucket bucket) =>
        RateLimitPartition.GetTokenBucketLimiter(key, _ => new TokenBucketRateLimiterOptions
        {
            TokenLimit = bucket.Burst,
            TokensPerPeriod = bucket.PerSecond,
            ReplenishmentPeriod = TimeSpan.FromSeconds(1),
            QueueLimit = 0,
        });
}

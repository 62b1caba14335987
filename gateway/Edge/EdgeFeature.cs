using System.Net;
using Microsoft.AspNetCore.HttpOverrides;
using Microsoft.Extensions.Options;

namespace Meetings.Gateway.Edge;

/// <summary>What every request passes before anything looks at what it wants.</summary>
internal static class EdgeFeature
{
    public static void AddEdge(this WebApplicationBuilder builder)
    {
        builder.Services.AddOptions<EdgeOptions>().BindConfiguration(EdgeOptions.Section).ValidateDataAnnotations()
            .Validate(options => options.TrustedProxies.All(proxy => IPAddress.TryParse(proxy, out _)), "Edge:TrustedProxies must be IP addresses.")
            .Validate(
                options => options.CorsOrigins.All(IsOrigin),
                "Edge:CorsOrigins must be origins, such as https://school.example; there is no wildcard.")
            .Validate(options => options.HeadersTimeout > TimeSpan.Zero, "Edge:HeadersTimeout must be longer than nothing.")
            .ValidateOnStart();
        var edge = builder.Configuration.GetSection(EdgeOptions.Section).Get<EdgeOptions>() ?? new EdgeOptions();

        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = edge.MaxRequestBodyBytes;
            kestrel.Limits.MaxConcurrentConnections = edge.MaxConnections;
            kestrel.Limits.MaxConcurrentUpgradedConnections = edge.MaxConnections;
            kestrel.Limits.RequestHeadersTimeout = edge.HeadersTimeout;
        });
        // It tells of every request with its query before anything of ours has seen it, and there may be a browser's token in that (BrowserTokens).
        builder.Logging.AddFilter("Microsoft.AspNetCore.Hosting.Diagnostics", LogLevel.Warning);
        builder.Services.Configure<ForwardedHeadersOptions>(forwarded =>
        {
            forwarded.ForwardedHeaders = ForwardedHeaders.XForwardedFor | ForwardedHeaders.XForwardedProto;
            forwarded.KnownProxies.Clear();
            forwarded.KnownIPNetworks.Clear();
            foreach (var proxy in edge.TrustedProxies) forwarded.KnownProxies.Add(IPAddress.Parse(proxy));
        });

        // Callers are known by the token in a header, never by a cookie: so no credentials, and none of a page's cookies.
        builder.Services.AddCors(cors => cors.AddDefaultPolicy(policy => policy
            .WithOrigins([.. edge.CorsOrigins]).AllowAnyMethod()
            .WithHeaders("authorization", "content-type", "if-match", "idempotency-key", "last-event-id").WithExposedHeaders("etag", "location", "retry-after")));
        builder.Services.AddRateLimiter(_ => { });
        builder.Services.ConfigureOptions<RateLimits>();
        builder.Services.AddOptions<RateLimitOptions>().BindConfiguration(RateLimitOptions.Section).ValidateDataAnnotations().ValidateOnStart();
    }

    /// <summary>Before routing: what the path and the headers may be.</summary>
    public static void UseEdge(this WebApplication app)
    {
        app.UseMiddleware<PathGuard>();
        app.UseMiddleware<BodyGuard>();

        // Without a trusted proxy the middleware would believe everyone.
        var edge = app.Services.GetRequiredService<IOptions<EdgeOptions>>().Value;
        if (edge.TrustedProxies.Count > 0) app.UseForwardedHeaders();
        app.UseMiddleware<HeaderGuard>();
        app.UseMiddleware<BrowserTokens>();
    }

    private static bool IsOrigin(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri.GetLeftPart(UriPartial.Authority) == text;
}

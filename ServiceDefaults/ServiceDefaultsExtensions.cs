using Meetings.ServiceDefaults.Http;
using Meetings.ServiceDefaults.Messaging.FailedMessages;
using Meetings.ServiceDefaults.Telemetry;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Http.Resilience;
using Microsoft.Extensions.Logging;

namespace Meetings.ServiceDefaults;

/// <summary>What every host has, in two calls: <c>builder.AddServiceDefaults()</c> and <c>app.MapDefaultEndpoints()</c>.</summary>
public static class ServiceDefaultsExtensions
{
    /// <summary>Telemetry over OTLP, health, service discovery, resilient HTTP clients, the clock, JSON and problem details as the API speaks them.</summary>
    public static TBuilder AddServiceDefaults<TBuilder>(this TBuilder builder)
        where TBuilder : IHostApplicationBuilder
    {
        builder.AddTelemetry();
        builder.Services.TryAddSingleton(TimeProvider.System);
        builder.Services.AddHealthChecks().AddCheck("self", () => HealthCheckResult.Healthy(), ["live"]);
        // Who degrades says so itself, once; here it would be a warning for every question of the orchestrator.
        builder.Logging.AddFilter("Microsoft.Extensions.Diagnostics.HealthChecks", LogLevel.Error);
        builder.Services.AddServiceDiscovery();
        builder.Services.ConfigureHttpClientDefaults(http =>
        {
            // A POST may have had its effect although its answer was lost: who knows that it is idempotent asks for retries itself.
            // A circuit for each host: a dead sibling must not cut the others off.
            http.AddStandardResilienceHandler(resilience => resilience.Retry.DisableForUnsafeHttpMethods()).SelectPipelineByAuthority();
            http.AddServiceDiscovery();
        });
        builder.Services.ConfigureHttpJsonOptions(json => ApiJson.Configure(json.SerializerOptions));
        builder.Services.AddProblems();
        return builder;
    }

    /// <summary>
    /// <c>/health</c>: ready for traffic, every check, with the numbers that it gives. <c>/alive</c>: the process answers. In every environment: the
    /// orchestrator asks. And, where there is messaging, what operators do with failed messages.
    /// </summary>
    public static WebApplication MapDefaultEndpoints(this WebApplication app)
    {
        app.MapHealthChecks("/health", new HealthCheckOptions { ResponseWriter = HealthBody.WriteAsync }).AllowAnonymous();
        app.MapHealthChecks("/alive", new HealthCheckOptions { Predicate = check => check.Tags.Contains("live") }).AllowAnonymous();
        app.MapFailedMessages();
        return app;
    }
}

using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;

namespace Meetings.ServiceDefaults.Telemetry;

internal static class TelemetryDefaults
{
    /// <summary>Traces, metrics and logs, exported where <c>OTEL_EXPORTER_OTLP_ENDPOINT</c> says.</summary>
    public static void AddTelemetry(this IHostApplicationBuilder builder)
    {
        // With nobody to send it to, collecting it is work on every request for nothing.
        if (string.IsNullOrWhiteSpace(builder.Configuration["OTEL_EXPORTER_OTLP_ENDPOINT"])) return;

        builder.Logging.AddOpenTelemetry(logging =>
        {
            logging.IncludeFormattedMessage = true;
            logging.IncludeScopes = true;
        });

        builder.Services.AddOpenTelemetry()
            .WithMetrics(metrics => metrics
                .AddAspNetCoreInstrumentation().AddHttpClientInstrumentation().AddRuntimeInstrumentation()
                .AddMeter("Npgsql", "MassTransit", MeetingsTelemetry.Name))
            .WithTracing(tracing => tracing
                .AddSource(builder.Environment.ApplicationName, "MassTransit", "Npgsql", MeetingsTelemetry.Name)
                .AddAspNetCoreInstrumentation(options => options.Filter = context =>
                    !context.Request.Path.StartsWithSegments("/health") && !context.Request.Path.StartsWithSegments("/alive"))
                .AddHttpClientInstrumentation(UrlPrivacy.Apply))
            .UseOtlpExporter();
    }
}

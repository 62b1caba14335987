using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using OpenTelemetry.Instrumentation.AspNetCore;

namespace OpenTelemetry.Trace;

public static class AspNetCoreInstrumentationTracerProviderBuilderExtensions
{
    /// <summary>Traces the requests that ASP.NET Core serves.</summary>
    public static TracerProviderBuilder AddAspNetCoreInstrumentation(this TracerProviderBuilder builder) =>
        builder.AddAspNetCoreInstrumentation(configureAspNetCoreTraceInstrumentationOptions: null);

    /// <inheritdoc cref="AddAspNetCoreInstrumentation(TracerProviderBuilder)"/>
    public static TracerProviderBuilder AddAspNetCoreInstrumentation(
        this TracerProviderBuilder builder, Action<AspNetCoreTraceInstrumentationOptions>? configureAspNetCoreTraceInstrumentationOptions)
    {
        ArgumentNullException.ThrowIfNull(builder);
        if (configureAspNetCoreTraceInstrumentationOptions is not null)
        {
            builder.ConfigureServices(services => services.Configure(configureAspNetCoreTraceInstrumentationOptions));
        }

        return builder
            .AddSource("Microsoft.AspNetCore")
            .AddInstrumentation(services => RequestDiagnostics.Start(
                services.GetRequiredService<IOptionsMonitor<AspNetCoreTraceInstrumentationOptions>>().CurrentValue,
                redactQuery: services.GetService<IConfiguration>()?["OTEL_DOTNET_EXPERIMENTAL_ASPNETCORE_DISABLE_URL_QUERY_REDACTION"] is not ("true" or "True")));
    }
}

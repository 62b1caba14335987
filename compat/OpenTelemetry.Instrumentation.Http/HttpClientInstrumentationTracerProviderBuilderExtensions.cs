using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using OpenTelemetry.Instrumentation.Http;

namespace OpenTelemetry.Trace;

public static class HttpClientInstrumentationTracerProviderBuilderExtensions
{
    /// <summary>Traces the requests that <see cref="HttpClient"/> sends.</summary>
    public static TracerProviderBuilder AddHttpClientInstrumentation(this TracerProviderBuilder builder) =>
        builder.AddHttpClientInstrumentation(configureHttpClientTraceInstrumentationOptions: null);

    /// <inheritdoc cref="AddHttpClientInstrumentation(TracerProviderBuilder)"/>
    public static TracerProviderBuilder AddHttpClientInstrumentation(
        this TracerProviderBuilder builder, Action<HttpClientTraceInstrumentationOptions>? configureHttpClientTraceInstrumentationOptions)
    {
        ArgumentNullException.ThrowIfNull(builder);
        if (configureHttpClientTraceInstrumentationOptions is not null)
        {
            builder.ConfigureServices(services => services.Configure(configureHttpClientTraceInstrumentationOptions));
        }

        return builder
            .AddSource("System.Net.Http")
            .AddInstrumentation(services => HttpClientDiagnostics.Start(services.GetRequiredService<IOptionsMonitor<HttpClientTraceInstrumentationOptions>>().CurrentValue));
    }
}

namespace OpenTelemetry.Metrics;

public static class HttpClientInstrumentationMeterProviderBuilderExtensions
{
    /// <summary>Durations, open connections and queueing of <see cref="HttpClient"/>, and of name look-ups.</summary>
    public static MeterProviderBuilder AddHttpClientInstrumentation(this MeterProviderBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        return builder.AddMeter("System.Net.Http").AddMeter("System.Net.NameResolution");
    }
}

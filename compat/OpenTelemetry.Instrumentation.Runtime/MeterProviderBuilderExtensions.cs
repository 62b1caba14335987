using OpenTelemetry.Instrumentation.Runtime;

namespace OpenTelemetry.Metrics;

public static class MeterProviderBuilderExtensions
{
    /// <summary>Collector, thread pool, memory and process figures. Since .NET 9 the runtime measures them itself.</summary>
    public static MeterProviderBuilder AddRuntimeInstrumentation(this MeterProviderBuilder builder) =>
        builder.AddRuntimeInstrumentation(configure: null);

    /// <inheritdoc cref="AddRuntimeInstrumentation(MeterProviderBuilder)"/>
    public static MeterProviderBuilder AddRuntimeInstrumentation(this MeterProviderBuilder builder, Action<RuntimeInstrumentationOptions>? configure)
    {
        ArgumentNullException.ThrowIfNull(builder);
        configure?.Invoke(new RuntimeInstrumentationOptions());
        return builder.AddMeter("System.Runtime");
    }
}

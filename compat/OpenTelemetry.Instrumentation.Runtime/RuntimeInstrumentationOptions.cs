namespace OpenTelemetry.Instrumentation.Runtime;

/// <summary>Has nothing to set, like the official one.</summary>
public class RuntimeInstrumentationOptions
{
}

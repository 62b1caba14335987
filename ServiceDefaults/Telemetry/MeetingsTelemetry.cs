using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace Meetings.ServiceDefaults.Telemetry;

/// <summary>The one activity source and meter of our own code; every host exports both.</summary>
public static class MeetingsTelemetry
{
    public const string Name = "Meetings";

    public static ActivitySource Activities { get; } = new(Name);

    public static Meter Meter { get; } = new(Name);
}

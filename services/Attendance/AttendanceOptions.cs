using System.ComponentModel.DataAnnotations;

namespace Meetings.Attendance;

/// <summary>Section <c>Attendance</c>.</summary>
public sealed class AttendanceOptions
{
    public const string Section = "Attendance";

    /// <summary>From the end of the last sitting to the final records: late events and the provider's report come in meanwhile. Default 5 minutes.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "01:00:00")]
    public TimeSpan SettleDelay { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>From a late fact, or a change of the school, to the recalculated records: what comes in a burst is calculated once. Default 1 second.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "01:00:00")]
    public TimeSpan LateFactDelay { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>How long one replica may take over a calculation before another takes it up; at least 30 seconds, so that a slow report fits in. Default 1 minute.</summary>
    [Range(typeof(TimeSpan), "00:00:30", "01:00:00")]
    public TimeSpan Lease { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>
    /// How many lessons a replica calculates at a time. Most of that time it waits for the provider's report, without a connection of the database.
    /// Default 8.
    /// </summary>
    [Range(1, 64)]
    public int Parallel { get; set; } = 8;

    /// <summary>The longest that due work of a replica that died may go unseen. Default 5 seconds.</summary>
    [Range(typeof(TimeSpan), "00:00:00.1", "00:10:00")]
    public TimeSpan Poll { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>How often a provider's report that is not there yet is asked for again after the records are final. Default 5.</summary>
    [Range(0, 100)]
    public int ReportRetries { get; set; } = 5;

    /// <summary>To the first of them; each further one waits twice as long. Default 1 minute.</summary>
    [Range(typeof(TimeSpan), "00:00:00.1", "01:00:00")]
    public TimeSpan ReportRetryDelay { get; set; } = TimeSpan.FromMinutes(1);
}

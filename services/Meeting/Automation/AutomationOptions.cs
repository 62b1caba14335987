using System.ComponentModel.DataAnnotations;

namespace Meetings.Meeting.Automation;

/// <summary>Section <c>Automation</c>: how often the jobs run, each with a tick of its own.</summary>
internal sealed class AutomationOptions
{
    public const string Section = "Automation";

    [Range(typeof(TimeSpan), "00:00:05", "01:00:00")]
    public TimeSpan CreateEvery { get; set; } = TimeSpan.FromMinutes(5);

    [Range(typeof(TimeSpan), "00:00:05", "1.00:00:00")]
    public TimeSpan CleanUpEvery { get; set; } = TimeSpan.FromMinutes(30);
}

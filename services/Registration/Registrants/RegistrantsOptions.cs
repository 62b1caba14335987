using System.ComponentModel.DataAnnotations;

namespace Meetings.Registration.Registrants;

/// <summary>Section <c>Registrants</c>: how fast the queue to the providers is worked off (X14).</summary>
internal sealed class RegistrantsOptions
{
    public const string Section = "Registrants";

    /// <summary>People at a time, 1 to 30; the provider is asked for all of them at once.</summary>
    [Range(1, 30)]
    public int ChunkSize { get; set; } = 10;

    /// <summary>From one chunk to the next.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "00:01:00")]
    public TimeSpan ChunkPause { get; set; } = TimeSpan.FromMilliseconds(100);

    /// <summary>How often it is looked whether something is due.</summary>
    [Range(typeof(TimeSpan), "00:00:00.010", "00:01:00")]
    public TimeSpan LookEvery { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>How long somebody who registers one student is kept waiting for the outcome; what is not begun by then goes on without them.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "00:00:15")]
    public TimeSpan Patience { get; set; } = TimeSpan.FromSeconds(10);
}

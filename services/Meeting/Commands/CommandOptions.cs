namespace Meetings.Meeting.Commands;

/// <summary>Section <c>Commands</c>.</summary>
public sealed class CommandOptions
{
    public const string Section = "Commands";

    /// <summary>After how long a critical command is told again to those who have not acknowledged it. Default 5 seconds.</summary>
    public TimeSpan RetryAfter { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>Longest silence of a stream, after which it also looks whether its listener may still listen. Default 15 seconds.</summary>
    public TimeSpan Heartbeat { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>How often a replica looks by itself for what it was not told of. Default 2 seconds.</summary>
    public TimeSpan Look { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>Streams, hub subscriptions and waiting polls of one person at one replica. Default 20.</summary>
    public int StreamsPerPerson { get; set; } = 20;

    internal static bool IsSound(CommandOptions options) =>
        options.RetryAfter > TimeSpan.Zero && options.Heartbeat > TimeSpan.Zero && options.Look > TimeSpan.Zero && options.StreamsPerPerson > 0;
}

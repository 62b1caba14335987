namespace Meetings.ServiceDefaults.Messaging.FailedMessages;

/// <summary>Section <c>FailedMessages</c>.</summary>
public sealed class FailedMessageOptions
{
    public const string Section = "FailedMessages";

    /// <summary>How often the service looks for messages that were given up on. Default 5 s.</summary>
    public TimeSpan Interval { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>How long a failed message is kept, counted from its last failure or replay. Default 30 days, at least one.</summary>
    public TimeSpan Kept { get; set; } = TimeSpan.FromDays(30);

    internal static bool IsSound(FailedMessageOptions options) => options.Interval > TimeSpan.Zero && options.Kept >= TimeSpan.FromDays(1);
}

namespace Meetings.Meeting.Scheduling;

/// <summary>
/// How long a request may take over each of its steps. The gateway gives up a service that is silent for 30 seconds, and leaves its replica out for a while:
/// all steps of one request together stay below that. What is not done by then is done without the caller.
/// </summary>
internal static class CallerPatience
{
    /// <summary>Waiting for another request that is at work on the same meeting.</summary>
    public static readonly TimeSpan WithOthers = TimeSpan.FromSeconds(6);

    /// <summary>The provider does what was asked, all its calls together.</summary>
    public static readonly TimeSpan WithProvider = TimeSpan.FromSeconds(14);

    /// <summary>The provider is brought in line at once rather than later.</summary>
    public static readonly TimeSpan WithFollowing = TimeSpan.FromSeconds(6);
}

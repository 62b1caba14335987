namespace Meetings.Meeting.Lifecycle;

/// <summary>A meeting's life: scheduled → ready → live → ended → finalised, or cancelled from the first two. It may go live again.</summary>
public enum MeetingState
{
    /// <summary>Planned; the provider does not have it yet.</summary>
    Scheduled,

    /// <summary>The provider has it and its join link works.</summary>
    Ready,

    /// <summary>A sitting is running.</summary>
    Live,

    /// <summary>The newest sitting is over.</summary>
    Ended,

    /// <summary>Its attendance is final.</summary>
    Finalised,

    Cancelled,
}

internal static class MeetingStates
{
    /// <summary>As it stands in the API, in events and in the database.</summary>
    public static string Word(this MeetingState state) => state.ToString().ToLowerInvariant();
}

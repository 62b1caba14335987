using Meetings.Meeting.Lifecycle;

namespace Meetings.Meeting.Automation;

/// <summary>Whether a lesson is to be ended by the job now, or why not.</summary>
internal enum CleanupVerdict
{
    Due,

    /// <summary>The academy ends none by itself.</summary>
    SwitchedOff,

    /// <summary>Its end and the buffer are not over.</summary>
    NotYet,

    /// <summary>A room that nobody planned an end for, with people in it.</summary>
    AdHoc,
}

/// <summary>When what is past its end is ended (ACCEPTANCE S3-08, X29): whatever its state, so that a lesson to which nobody came is over too.</summary>
internal static class CleanupDecision
{
    public static CleanupVerdict Of(VideoSettings settings, bool isInstant, MeetingState state, DateTimeOffset endsAt, DateTimeOffset now) =>
        !settings.AutoEndMeetings ? CleanupVerdict.SwitchedOff
        : isInstant && state is MeetingState.Live ? CleanupVerdict.AdHoc
        : now < endsAt.AddMinutes(settings.EndBufferMinutes) ? CleanupVerdict.NotYet
        : CleanupVerdict.Due;
}

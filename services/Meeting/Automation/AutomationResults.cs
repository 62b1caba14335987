namespace Meetings.Meeting.Automation;

/// <summary>What became of one lesson.</summary>
/// <param name="Outcome">In a word.</param>
public sealed record AutomatedLesson(Guid MeetingId, Guid OccurrenceId, Guid AcademyId, DateTimeOffset StartsAt, string Outcome);

/// <summary>A lesson that could not be worked on.</summary>
/// <param name="Code">As in a problem: provider-refused, provider-unavailable, temporarily-unavailable or internal-error.</param>
public sealed record AutomationError(Guid MeetingId, Guid OccurrenceId, string Code);

internal static class AutomationZones
{
    /// <summary>A zone that this machine does not know must not stop an academy.</summary>
    public static TimeZoneInfo Of(string name) => TimeZoneInfo.TryFindSystemTimeZoneById(name, out var zone) ? zone : TimeZoneInfo.Utc;
}

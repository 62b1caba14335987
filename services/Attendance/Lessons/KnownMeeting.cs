using Meetings.Attendance.Ledger;

namespace Meetings.Attendance.Lessons;

/// <summary>A meeting as this service remembers it.</summary>
internal sealed record KnownMeeting(
    Guid Id, long Version, Guid AcademyId, Guid? ClassId, Guid OwnerId, Guid HostId, string Title, string RoomId, string Provider,
    string? ProviderMeetingId, string TimeZone, string Audience, string State);

/// <summary>One planned date of it.</summary>
internal sealed record KnownOccurrence(Guid Id, Guid MeetingId, DateTimeOffset StartsAt, int DurationMinutes, DateTimeOffset KnownSince)
{
    public Lesson ToLesson(TimeZoneInfo zone) => new(Id, StartsAt, TimeSpan.FromMinutes(Math.Max(DurationMinutes, 0)), zone);
}

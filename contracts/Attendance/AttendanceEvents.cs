namespace Meetings.Contracts.Attendance;

/// <summary>The records of an occurrence are final. Published again, with a higher version, when late facts or a correction changed them.</summary>
/// <param name="Version">Grows with every finalisation of this occurrence that changed something.</param>
/// <param name="Date">The academy's local date of the lesson.</param>
/// <param name="NoShow">Nobody came.</param>
/// <param name="EndedAt">When the lesson was over: as told, or, where no end was told, the latest end of anybody's stay. Null when nothing is known of it.</param>
public sealed record AttendanceFinalized(
    Guid OccurrenceId, long Version, Guid MeetingId, Guid AcademyId, Guid? ClassId, DateOnly Date, bool NoShow, DateTimeOffset FinalizedAt,
    IReadOnlyList<FinalRecord> Records, DateTimeOffset? EndedAt = null);

/// <summary>One student's mark.</summary>
/// <param name="Status">present, late, partial, absent, excused, no_data or not_applicable.</param>
/// <param name="DurationSeconds">Seconds present inside the lesson's window.</param>
/// <param name="Percentage">Of the lesson's planned length, 0 to 100, two decimals, cut off rather than rounded.</param>
public sealed record FinalRecord(
    Guid RecordId, Guid StudentId, string Status, DateTimeOffset? FirstJoinAt, DateTimeOffset? LastLeaveAt, long DurationSeconds, decimal Percentage);

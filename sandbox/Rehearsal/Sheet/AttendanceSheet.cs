namespace Meetings.Rehearsal.Sheet;

/// <summary>The attendance of a meeting, as the gateway answers it.</summary>
internal sealed record AttendanceSheet(bool IsFinal, Summary Summary, IReadOnlyList<AttendanceRecord> Records);

internal sealed record Summary(int Present, int Late, int Partial, int Absent, int Excused, int Enrolled);

/// <summary>A student's line. Its id is left out: it is another in every meeting.</summary>
internal sealed record AttendanceRecord(
    Guid StudentId, string Name, string Status, DateTimeOffset? FirstJoinAt, DateTimeOffset? LastLeaveAt, long DurationSeconds, decimal Percentage,
    int JoinCount, int LeaveCount, string? Explanation);

/// <summary>Everyone who took part.</summary>
internal sealed record ParticipantList(IReadOnlyList<Participant> Participants);

/// <param name="UserId">Null for a guest.</param>
internal sealed record Participant(Guid? UserId, string? Name, string? Email, long DurationSeconds);

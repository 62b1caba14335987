namespace Meetings.Attendance.Policies;

/// <summary>The one word on a record. Stored and published in snake_case.</summary>
public enum AttendanceStatus
{
    Present,
    Late,
    Partial,
    Absent,

    /// <summary>Set by people only.</summary>
    Excused,

    /// <summary>Nothing, or not enough, is known. Never taken for absent.</summary>
    NoData,

    /// <summary>Was not on the roster on the lesson's date.</summary>
    NotApplicable,
}

public static class AttendanceStatusWords
{
    private static readonly string[] Words = ["present", "late", "partial", "absent", "excused", "no_data", "not_applicable"];

    public static string Word(this AttendanceStatus status) => Words[(int)status];
}

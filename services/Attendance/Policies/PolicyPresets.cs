namespace Meetings.Attendance.Policies;

/// <summary>The seeds' rules.</summary>
public static class PolicyPresets
{
    /// <summary>Seeds 000 to 002: a quarter of an hour is present, less is partial, nothing is absent. Lateness is not marked.</summary>
    public static readonly AttendancePolicy Deped15 = new("deped-15", 1, PolicyMode.Minutes, Present: 900, Partial: 0, Grace: null);

    /// <summary>Seed 003: 80 % of the planned length is present, or late when it began after a quarter of an hour; 30 % is partial; less is absent.</summary>
    public static readonly AttendancePolicy Academy8030 =
        new("academy-80-30", 1, PolicyMode.Percent, Present: 80_00, Partial: 30_00, Grace: TimeSpan.FromMinutes(15));

    private static readonly Dictionary<string, AttendancePolicy> ByName =
        new AttendancePolicy[] { Deped15, Academy8030 }.ToDictionary(policy => policy.Name, StringComparer.Ordinal);

    /// <summary>The class's policy where it has one, else the academy's.</summary>
    /// <returns>Null when the name that holds is not that of a policy.</returns>
    public static AttendancePolicy? Effective(string? ofClass, string? ofAcademy) =>
        ByName.GetValueOrDefault(string.IsNullOrEmpty(ofClass) ? ofAcademy ?? "" : ofClass);
}

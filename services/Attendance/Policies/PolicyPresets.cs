namespace Meetings.Attendance.Policies;

/// <summary>The seeds' rules.</summary>
public static class PolicyPresets
{
    /// <summary>Seeds 000 to 002: a quarter of an hour is present, less is partial, nothing is absent. Lateness is not marked.</summary>
    public static readonly AttendancePolicy Deped15 = new("deped-15", 1, PolicyMode.Minutes, Present: 900, Partial: 0, Grace: null);

    /// <summary>Seed 003: 80 % of the planned length is present, or late when it began after a quarter of an hour; 30 % is partial; less is absent.</summary>
    public static readonly AttendancePolicy Academy8030 =
        new("academy-80-30", 1, PolicyMode.Percent, Present: 80_00, Partial: 30_00, Grace: TimeSpan.FromMinutes(15));

    // Every version that a lesson may have been finalised by stays here for good, beside the ones that follow it.
    private static readonly AttendancePolicy[] Every = [Deped15, Academy8030];

    private static readonly Dictionary<string, AttendancePolicy> ByVersion = Every.ToDictionary(policy => policy.ToString(), StringComparer.Ordinal);

    private static readonly Dictionary<string, AttendancePolicy> ByName = Every.GroupBy(policy => policy.Name, StringComparer.Ordinal)
        .ToDictionary(versions => versions.Key, versions => versions.MaxBy(policy => policy.Version)!, StringComparer.Ordinal);

    /// <summary>The class's policy where it has one, else the academy's.</summary>
    /// <returns>Null when the name that holds is not that of a policy.</returns>
    public static AttendancePolicy? Effective(string? ofClass, string? ofAcademy) =>
        ByName.GetValueOrDefault(string.IsNullOrEmpty(ofClass) ? ofAcademy ?? "" : ofClass);

    /// <summary>The policy that a record or a lesson's result names, such as <c>deped-15 v1</c>.</summary>
    /// <exception cref="InvalidOperationException">It is of a later version of this service. By other rules it must not be marked again.</exception>
    public static AttendancePolicy Pinned(string version) =>
        ByVersion.GetValueOrDefault(version) ?? throw new InvalidOperationException($"There is no attendance policy {version} here.");
}

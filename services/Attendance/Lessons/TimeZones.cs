namespace Meetings.Attendance.Lessons;

internal static class TimeZones
{
    /// <summary>The first of these ids that names a zone; UTC when none does.</summary>
    public static TimeZoneInfo First(params ReadOnlySpan<string?> ids)
    {
        foreach (var id in ids)
        {
            if (!string.IsNullOrEmpty(id) && TimeZoneInfo.TryFindSystemTimeZoneById(id, out var zone)) return zone;
        }

        return TimeZoneInfo.Utc;
    }
}

using System.Text.Json;

namespace Meetings.Attendance.Tests.Service;

/// <summary>What a test wants to know of an answer.</summary>
internal static class Views
{
    /// <summary>In the order of names.</summary>
    public static string[] Statuses(JsonElement attendance) => [.. Records(attendance).Select(record => record.GetProperty("status").GetString()!)];

    /// <summary>Such as <c>ana present</c>, in the order of names.</summary>
    public static string[] Marks(JsonElement attendance) =>
        [.. Records(attendance).Select(record => $"{record.GetProperty("name").GetString()} {record.GetProperty("status").GetString()}")];

    private static JsonElement.ArrayEnumerator Records(JsonElement attendance) => attendance.GetProperty("records").EnumerateArray();
}

using Meetings.ServiceDefaults.OpenApi;

namespace Meetings.Attendance;

/// <summary>What the API document says of this service besides what its code says.</summary>
internal static class Api
{
    public static ApiNotes Notes { get; } = new(
        new Dictionary<string, string>
        {
            ["GET /api/v1/meetings/{id}/attendance"] = "meeting-not-found occurrence-not-found forbidden directory-unavailable",
            ["GET /api/v1/meetings/{id}/participants"] = "meeting-not-found occurrence-not-found forbidden directory-unavailable",
            ["GET /api/v1/attendance/{recordId}/explanation"] = "attendance-record-not-found directory-unavailable",
            ["GET /api/v1/operations/attendance/failed-messages"] = "forbidden",
            ["POST /api/v1/operations/attendance/failed-messages/{id}/replay"] = "forbidden failed-message-not-found failed-message-replaying",
            ["POST /api/v1/operations/attendance/failed-messages/replay"] = "forbidden failed-message-replaying",
            ["DELETE /api/v1/operations/attendance/failed-messages/{id}"] = "forbidden failed-message-not-found failed-message-replaying",
        },
        new Dictionary<string, object>
        {
        });
}

namespace Meetings.ZoomSandbox.OAuth;

/// <summary>The granular scopes that the calls of the sandbox ask for.</summary>
internal static class Scopes
{
    public static readonly string[] All =
    [
        "user:read:user:admin",
        "meeting:write:meeting:admin", "meeting:update:meeting:admin", "meeting:read:meeting:admin", "meeting:delete:meeting:admin",
        "meeting:read:list_meetings:admin", "meeting:update:status:admin",
        "meeting:write:registrant:admin", "meeting:write:batch_registrants:admin", "meeting:read:list_registrants:admin",
        "meeting:update:registrant_status:admin", "meeting:delete:registrant:admin",
        "meeting:read:list_past_participants:admin", "meeting:read:list_past_instances:admin", "report:read:list_meeting_participants:admin",
    ];

    public static IEnumerable<string> Of(ZoomOptions options) => options.Scopes.Count > 0 ? options.Scopes : All;
}

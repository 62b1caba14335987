using Meetings.ServiceDefaults.OpenApi;

namespace Meetings.Meeting;

/// <summary>What the API document says of this service besides what its code says.</summary>
internal static class Api
{
    public static ApiNotes Notes { get; } = new(
        new Dictionary<string, string>
        {
            ["POST /api/v1/meetings"] = "invalid-request meeting-creation-not-allowed class-not-found room-id-taken creation-in-progress idempotency-key-reused provider-not-available academy-required host-not-known directory-unavailable busy provider-refused provider-unavailable",
            ["GET /api/v1/meetings/{id}"] = "meeting-not-found",
            ["PATCH /api/v1/meetings/{id}"] = "meeting-not-found meeting-not-yours change-in-progress class-not-found meeting-creation-not-allowed meeting-has-begun meeting-closed creation-in-progress meeting-changed host-not-able precondition-required directory-unavailable busy provider-refused provider-unavailable",
            ["DELETE /api/v1/meetings/{id}"] = "meeting-not-found meeting-not-yours change-in-progress creation-in-progress provider-refused provider-unavailable",
            ["POST /api/v1/meetings/{id}/cancel"] = "meeting-not-found meeting-not-yours change-in-progress meeting-has-begun creation-in-progress",
            ["POST /api/v1/meetings/{id}/end"] = "meeting-not-found meeting-not-yours change-in-progress meeting-not-live provider-refused provider-unavailable",
            ["POST /api/v1/meetings/{id}/transfer"] = "meeting-not-found meeting-not-yours change-in-progress creation-in-progress host-not-able directory-unavailable",
            ["GET /api/v1/meetings/{id}/occurrences"] = "meeting-not-found",
            ["PATCH /api/v1/meetings/{id}/occurrences/{occurrenceId}"] = "meeting-not-found meeting-not-yours change-in-progress occurrence-not-found occurrence-has-begun occurrence-cancelled meeting-not-recurring meeting-changed precondition-required directory-unavailable",
            ["POST /api/v1/meetings/{id}/occurrences/{occurrenceId}/cancel"] = "meeting-not-found meeting-not-yours change-in-progress occurrence-not-found occurrence-has-begun meeting-not-recurring",
            ["GET /api/v1/meetings/{id}/token"] = "meeting-not-found admission-required meeting-cancelled provider-has-no-tokens meeting-provider-gone creation-in-progress provider-refused provider-unavailable",
            ["GET /api/v1/meetings/{id}/room"] = "meeting-not-found",
            ["POST /api/v1/meetings/{id}/room"] = "meeting-not-found meeting-not-yours room-exists meeting-cancelled provider-has-no-tokens meeting-provider-gone creation-in-progress provider-refused provider-unavailable",
            ["POST /api/v1/meetings/{id}/join"] = "meeting-not-found password-required wrong-password guardians-only-view removed-from-meeting meeting-cancelled creation-in-progress provider-not-available academy-required host-not-known too-many-attempts directory-unavailable busy provider-refused provider-unavailable",
            ["GET /api/v1/meetings/{id}/status"] = "meeting-not-found place-not-found",
            ["POST /api/v1/meetings/{id}/leave"] = "meeting-not-found place-not-found",
            ["GET /api/v1/meetings/{id}/waiting"] = "meeting-not-found admission-not-allowed waiting-room-at-provider",
            ["POST /api/v1/meetings/{id}/admit"] = "meeting-not-found place-not-found admission-not-allowed waiting-room-at-provider not-waiting",
            ["POST /api/v1/meetings/{id}/reject"] = "meeting-not-found place-not-found admission-not-allowed waiting-room-at-provider not-waiting",
            ["POST /api/v1/meetings/{id}/admit-all"] = "meeting-not-found admission-not-allowed waiting-room-at-provider",
            ["POST /api/v1/meetings/{id}/commands"] = "meeting-not-found command-not-allowed meeting-over meeting-not-live idempotency-key-reused payload-too-large change-in-progress provider-refused provider-unavailable",
            ["GET /api/v1/meetings/{id}/commands"] = "meeting-not-found removed-from-meeting",
            ["GET /api/v1/meetings/{id}/commands/{seq}"] = "meeting-not-found command-not-found removed-from-meeting",
            ["POST /api/v1/meetings/{id}/commands/{seq}/ack"] = "meeting-not-found command-not-found removed-from-meeting",
            ["GET /api/v1/meetings/{id}/stream"] = "meeting-not-found removed-from-meeting too-many-streams",
            ["GET /api/v1/academies/{academyId}/video-settings"] = "academy-not-found automation-not-allowed directory-unavailable",
            ["PUT /api/v1/academies/{academyId}/video-settings"] = "academy-not-found automation-not-allowed video-settings-changed precondition-required directory-unavailable",
            ["PUT /api/v1/academies/{academyId}/video-settings/teachers/{teacherId}"] = "academy-not-found teacher-not-found automation-not-allowed directory-unavailable",
            ["POST /api/v1/automation/create-scheduled"] = "academy-not-found automation-not-allowed directory-unavailable",
            ["POST /api/v1/automation/cleanup-expired"] = "academy-not-found automation-not-allowed directory-unavailable",
            ["GET /api/v1/automation/statistics"] = "academy-not-found automation-not-allowed directory-unavailable",
            ["GET /api/v1/operations/meeting/failed-messages"] = "forbidden",
            ["POST /api/v1/operations/meeting/failed-messages/{id}/replay"] = "forbidden failed-message-not-found failed-message-replaying",
            ["POST /api/v1/operations/meeting/failed-messages/replay"] = "forbidden failed-message-replaying",
            ["DELETE /api/v1/operations/meeting/failed-messages/{id}"] = "forbidden failed-message-not-found failed-message-replaying",
        },
        new Dictionary<string, object>
        {
            ["POST /api/v1/meetings"] = new { provider = "livekit", title = "Algebra 7B", startsAt = "2026-11-22T23:30:00Z", durationMinutes = 48, timeZone = "Asia/Manila", classId = "0198c0de-0000-7000-8000-00000000000c" },
            ["PATCH /api/v1/meetings/{id}"] = new { title = "Algebra 7B: equations", durationMinutes = 60, waitingRoom = false },
            ["PATCH /api/v1/meetings/{id}/occurrences/{occurrenceId}"] = new { startsAt = "2026-11-24T23:30:00Z" },
            ["POST /api/v1/meetings/{id}/join"] = new { displayName = "Ana" },
            ["POST /api/v1/meetings/{id}/admit"] = new { userId = "0198c0de-0000-7000-8000-000000000007" },
            ["POST /api/v1/meetings/{id}/reject"] = new { email = "ana@school.example" },
            ["POST /api/v1/meetings/{id}/commands"] = new { kind = "announce", text = "We begin in two minutes." },
            ["PUT /api/v1/academies/{academyId}/video-settings"] = new { creationMinutesBefore = 15, creationWindowStart = "06:00", creationWindowEnd = "20:30", creationBlockedDays = new[] { "sunday" }, maxParticipants = 40 },
            ["PUT /api/v1/academies/{academyId}/video-settings/teachers/{teacherId}"] = new { maxParticipants = 12 },
        });
}

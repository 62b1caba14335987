using Meetings.ServiceDefaults.OpenApi;

namespace Meetings.Registration;

/// <summary>What the API document says of this service besides what its code says.</summary>
internal static class Api
{
    public static ApiNotes Notes { get; } = new(
        new Dictionary<string, string>
        {
            ["GET /api/v1/users/{id}"] = "user-not-found",
            ["GET /api/v1/users/{id}/children"] = "user-not-found forbidden",
            ["GET /api/v1/classes/{id}"] = "class-not-found",
            ["GET /api/v1/classes/{id}/enrollments"] = "class-not-found forbidden",
            ["POST /api/v1/classes/{id}/enrollments"] = "class-not-found user-not-found admins-only already-enrolled role-mismatch DOMAIN_RESTRICTED",
            ["PATCH /api/v1/classes/{id}/enrollments/{enrolmentId}"] = "enrollment-not-found admins-only already-enrolled enrolment-changed precondition-required",
            ["DELETE /api/v1/classes/{id}/enrollments/{enrolmentId}"] = "enrollment-not-found admins-only",
            ["POST /api/v1/registrations/students"] = "class-not-found user-not-found registration-admins-only role-mismatch DOMAIN_RESTRICTED",
            ["POST /api/v1/meetings/{id}/registrants"] = "meeting-not-found registration-admins-only registration-closed",
            ["GET /api/v1/meetings/{id}/registrants"] = "meeting-not-found",
            ["DELETE /api/v1/meetings/{id}/registrants/{userId}"] = "meeting-not-found registrant-not-found registration-admins-only",
            ["GET /api/v1/operations/registration/failed-messages"] = "forbidden",
            ["POST /api/v1/operations/registration/failed-messages/{id}/replay"] = "forbidden failed-message-not-found failed-message-replaying",
            ["POST /api/v1/operations/registration/failed-messages/replay"] = "forbidden failed-message-replaying",
            ["DELETE /api/v1/operations/registration/failed-messages/{id}"] = "forbidden failed-message-not-found failed-message-replaying",
        },
        new Dictionary<string, object>
        {
            ["POST /api/v1/classes/{id}/enrollments"] = new { email = "ana@school.example", role = "student", from = "2026-11-23" },
            ["PATCH /api/v1/classes/{id}/enrollments/{enrolmentId}"] = new { to = "2027-03-31" },
            ["POST /api/v1/registrations/students"] = new { studentId = "0199f0a4-8c1e-7b3a-9d52-6f0d2f6c1b7e", classId = "0199f0a4-8c1e-7b3a-9d52-6f0d2f6c1b70" },
            ["POST /api/v1/meetings/{id}/registrants"] = new { userIds = new[] { "0199f0a4-8c1e-7b3a-9d52-6f0d2f6c1b7e" } },
        });
}

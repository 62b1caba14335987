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
            ["GET /api/v1/operations/registration/failed-messages"] = "forbidden",
            ["POST /api/v1/operations/registration/failed-messages/{id}/replay"] = "forbidden failed-message-not-found failed-message-replaying",
            ["POST /api/v1/operations/registration/failed-messages/replay"] = "forbidden failed-message-replaying",
            ["DELETE /api/v1/operations/registration/failed-messages/{id}"] = "forbidden failed-message-not-found failed-message-replaying",
        },
        new Dictionary<string, object>
        {
            ["POST /api/v1/classes/{id}/enrollments"] = new { email = "ana@school.example", role = "student", from = "2026-11-23" },
            ["PATCH /api/v1/classes/{id}/enrollments/{enrolmentId}"] = new { to = "2027-03-31" },
        });
}

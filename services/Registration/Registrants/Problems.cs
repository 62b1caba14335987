using Meetings.ServiceDefaults.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Meetings.Registration.Registrants;

/// <summary>Every refusal of this feature, each with its stable code.</summary>
internal static class Problems
{
    public static ProblemHttpResult MeetingNotFound => Problem.NotFound("meeting");

    public static ProblemHttpResult ClassNotFound => Problem.NotFound("class");

    public static ProblemHttpResult UserNotFound => Problem.NotFound("user");

    public static ProblemHttpResult RegistrantNotFound => Problem.NotFound("registrant");

    public static ProblemHttpResult AdminsOnly => Problem.Forbidden("registration-admins-only", "Only admins of the academy register people and take them off; teachers ask for it.");

    public static ProblemHttpResult NotAStudent => Problem.Of(StatusCodes.Status422UnprocessableEntity, "role-mismatch", "The person is not a student.");

    public static ProblemHttpResult Closed => Problem.Of(
        StatusCodes.Status409Conflict, "registration-closed", "The meeting takes no registrants: it has no registration, was called off, or is over.");
}

using Meetings.ServiceDefaults.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Meetings.Registration.Classes;

/// <summary>Every refusal of this feature, each with its stable code.</summary>
internal static class Problems
{
    public static ProblemHttpResult ClassNotFound => Problem.NotFound("class");

    public static ProblemHttpResult UserNotFound => Problem.NotFound("user");

    public static ProblemHttpResult EnrolmentNotFound => Problem.NotFound("enrollment");

    public static ProblemHttpResult AdminsOnly => Problem.Forbidden("admins-only", "Only admins of the academy change its rosters.");

    public static ProblemHttpResult AlreadyEnrolled =>
        Problem.Of(StatusCodes.Status409Conflict, "already-enrolled", "The person is in this class for some of these days already.");

    public static ProblemHttpResult EnrolmentChanged => Preconditions.Stale("enrolment-changed", "The enrolment has changed since you saw it.");

    public static ProblemHttpResult EndsBeforeItBegins => Problem.Invalid("to", "The last day is before the first.");

    public static ProblemHttpResult Refused(EnrolmentRules.Refusal refusal) => refusal.Code switch
    {
        "DOMAIN_RESTRICTED" => Problem.Forbidden(refusal.Code, refusal.Message),
        "invalid-request" => Problem.Invalid(refusal.Field, refusal.Message),
        _ => Problem.Of(StatusCodes.Status422UnprocessableEntity, refusal.Code, $"The person cannot be enrolled as that: {refusal.Message}."),
    };
}

using Meetings.ServiceDefaults.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Meetings.Meeting.Commands;

/// <summary>Every refusal this feature can give, each with its stable code.</summary>
internal static class Problems
{
    public const string Removed = "removed-from-meeting";
    public const string NotFound = "meeting-not-found";

    public static ProblemHttpResult MeetingNotFound => Problem.NotFound("meeting");

    public static ProblemHttpResult CommandNotFound => Problem.NotFound("command");

    public static ProblemHttpResult NotAllowed => Problem.Forbidden("command-not-allowed", "Commands are given by those who run the meeting.");

    public static ProblemHttpResult RemovedFromMeeting => Problem.Forbidden(Removed, "You were put out of this meeting.");

    public static ProblemHttpResult MeetingOver => Problem.Of(
        StatusCodes.Status409Conflict, "meeting-over", "The meeting is over.", "Nobody is there to follow a command any more.");

    public static ProblemHttpResult KeyReused => Problem.Of(
        StatusCodes.Status422UnprocessableEntity, "idempotency-key-reused", "This Idempotency-Key was used for another request.");

    public static ProblemHttpResult TooManyStreams => Problem.Of(
        StatusCodes.Status429TooManyRequests, "too-many-streams", "You listen in too many places already.");
}

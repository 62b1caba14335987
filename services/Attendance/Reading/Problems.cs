using Meetings.ServiceDefaults.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Meetings.Attendance.Reading;

/// <summary>Every refusal that reading attendance can give.</summary>
internal static class Problems
{
    public static ProblemHttpResult MeetingNotFound => Problem.NotFound("meeting");

    public static ProblemHttpResult OccurrenceNotFound => Problem.NotFound("occurrence");

    public static ProblemHttpResult RecordNotFound => Problem.NotFound("attendance-record");

    /// <summary>Something that only a sibling knows is needed, and it does not answer.</summary>
    public static ProblemHttpResult NotNow => Problem.Of(
        StatusCodes.Status503ServiceUnavailable, "directory-unavailable", "The attendance cannot be told right now. Please try again in a moment.");
}

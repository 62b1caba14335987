using Meetings.ServiceDefaults.Http;

namespace Meetings.Meeting.Automation;

internal static class AutomationProblems
{
    public static IResult AcademyNotFound => Problem.NotFound("academy");

    public static IResult TeacherNotFound => Problem.NotFound("teacher");

    public static IResult NotAllowed => Problem.Forbidden("automation-not-allowed", "Only those who run the academy may do this.");

    public static IResult Stale => Preconditions.Stale("video-settings-changed", "The settings have changed since you saw them.");
}

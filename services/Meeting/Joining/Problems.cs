using Meetings.ServiceDefaults.Http;

namespace Meetings.Meeting.Joining;

/// <summary>What else than planning can refuse, each with its stable code.</summary>
internal static class Problems
{
    public static IResult AdmissionRequired => Problem.Of(
        StatusCodes.Status403Forbidden, "admission-required", "You have to be let in.",
        "Only those who run the meeting and, where it has no password, those on its class's roster walk in. Everybody else joins first.");

    public static IResult MeetingCancelled => Problem.Of(StatusCodes.Status409Conflict, "meeting-cancelled", "The meeting was called off.");

    public static IResult RoomExists => Problem.Of(
        StatusCodes.Status409Conflict, "room-exists", "The meeting has its room already.", "It is told of by GET …/room, and entered with a token.");

    public static IResult NoTokens => Problem.Of(
        StatusCodes.Status409Conflict, "provider-has-no-tokens", "The provider of this meeting has no tokens.", "It is entered by its link.");

    public static IResult ProviderNotAvailable => Problem.Of(
        StatusCodes.Status409Conflict, "meeting-provider-gone", "The provider of this meeting is not available here any more.");
}

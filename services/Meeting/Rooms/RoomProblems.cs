using Meetings.Meeting.Scheduling;
using Meetings.ServiceDefaults.Http;

namespace Meetings.Meeting.Rooms;

/// <summary>Every refusal this feature can give, besides those of planning a meeting.</summary>
internal static class RoomProblems
{
    public static IResult PlaceNotFound => Problem.NotFound("place");

    public static IResult PasswordRequired => Problem.Forbidden("password-required", "This meeting has a password.");

    public static IResult WrongPassword => Problem.Forbidden("wrong-password", "This is not the meeting's password.");

    public static IResult TooManyAttempts(TimeSpan wait) => new Problems.Later(wait, Problem.Of(
        StatusCodes.Status429TooManyRequests, "too-many-attempts", "Too many wrong passwords.", "Wait for a while, or ask the host to let you in without one."));

    public static IResult MayNotAdmit => Problem.Forbidden("admission-not-allowed", "You may not decide who comes into this room.");

    public static IResult GuardiansOnlyView => Problem.Forbidden("guardians-only-view", "Parents may see the state of this meeting, but not come in.");

    public static IResult NotWaiting(string status) => Problem.Of(
        StatusCodes.Status409Conflict, "not-waiting", "This person is not waiting.", $"Their place is '{status}'.");

    public static IResult DoorAtProvider => Problem.Of(
        StatusCodes.Status422UnprocessableEntity, "waiting-room-at-provider", "This meeting's waiting room is the provider's own.",
        "People are let in and refused in the provider's client.");
}

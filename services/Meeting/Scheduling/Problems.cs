using System.Globalization;
using Meetings.Meeting.Directory;
using Meetings.Meeting.Lifecycle;
using Meetings.Meeting.Passwords;
using Meetings.Meeting.Providers;
using Meetings.ServiceDefaults.Http;

namespace Meetings.Meeting.Scheduling;

/// <summary>Every refusal this feature can give, each with its stable code.</summary>
internal static class Problems
{
    public static IResult MeetingNotFound => Problem.NotFound("meeting");

    public static IResult ClassNotFound => Problem.NotFound("class");

    public static IResult CreationNotAllowed => Problem.Of(
        StatusCodes.Status403Forbidden, "meeting-creation-not-allowed", "You may not create this meeting.",
        "Meetings are created by the staff of an academy, and by teachers for themselves and for the classes they teach.");

    public static IResult AcademyRequired => Problem.Of(
        StatusCodes.Status422UnprocessableEntity, "academy-required", "It is not known for which academy the meeting is.",
        "Someone who belongs to no academy names a class.");

    public static IResult HostNotKnown => Problem.Of(
        StatusCodes.Status422UnprocessableEntity, "host-not-known", "The school directory does not know who is to host the meeting.");

    public static IResult RoomIdTaken => Problem.Of(StatusCodes.Status409Conflict, "room-id-taken", "Another meeting has this room id.");

    public static IResult ProviderNotAvailable(string provider) => Problem.Of(
        StatusCodes.Status422UnprocessableEntity, "provider-not-available", $"Meetings on {provider} are not available here.");

    public static IResult IdempotencyKeyReused => Problem.Of(
        StatusCodes.Status422UnprocessableEntity, "idempotency-key-reused", "This Idempotency-Key was used for another request.");

    public static IResult CreationInProgress => new Later(TimeSpan.FromSeconds(2), Problem.Of(
        StatusCodes.Status409Conflict, "creation-in-progress", "The same request is still being worked on."));

    public static IResult NotAllowed => Problem.Forbidden("meeting-not-yours", "You may not do this to this meeting.");

    public static IResult Stale => Preconditions.Stale("meeting-changed", "The meeting has changed since you saw it.");

    public static IResult ChangeInProgress => new Later(TimeSpan.FromSeconds(2), Problem.Of(
        StatusCodes.Status409Conflict, "change-in-progress", "Another change of this meeting is still being worked on."));

    public static IResult NotChangeable(MeetingState state) => state is MeetingState.Live or MeetingState.Ended
        ? HasBegun
        : Problem.Of(StatusCodes.Status409Conflict, "meeting-closed", "The meeting was called off or its attendance is final; it cannot be changed any more.");

    public static IResult OccurrenceNotFound => Problem.NotFound("occurrence");

    public static IResult NotRecurring => Problem.Of(
        StatusCodes.Status409Conflict, "meeting-not-recurring", "The meeting has this one date.", "It is moved and called off as a meeting.");

    public static IResult OccurrenceHasBegun => Problem.Of(
        StatusCodes.Status409Conflict, "occurrence-has-begun", "This date has begun, or is over.", "It cannot be moved or called off any more.");

    public static IResult OccurrenceCancelled => Problem.Of(
        StatusCodes.Status409Conflict, "occurrence-cancelled", "This date was called off.");

    public static IResult HasBegun => Problem.Of(
        StatusCodes.Status409Conflict, "meeting-has-begun", "The meeting has begun.",
        "When it is and for which class cannot be changed any more, and it cannot be called off. One that runs can be ended.");

    public static IResult NotLive => Problem.Of(
        StatusCodes.Status409Conflict, "meeting-not-live", "The meeting does not run.", "One that has not begun is cancelled instead.");

    public static IResult CannotHost => Problem.Of(
        StatusCodes.Status422UnprocessableEntity, "host-not-able", "Only those who teach in the meeting's academy, and its staff, can hold or own it.");

    public static IResult Busy => new Later(TimeSpan.FromSeconds(2), Problem.Of(
        StatusCodes.Status503ServiceUnavailable, "busy", "Too many passwords are being worked on."));

    public static IResult DirectoryUnavailable => new Later(TimeSpan.FromSeconds(5), Problem.Of(
        StatusCodes.Status503ServiceUnavailable, "directory-unavailable", "The school directory does not answer at the moment."));

    /// <summary>Does the work, and turns what may come in its way into a refusal.</summary>
    public static async Task<IResult> AnswerAsync(Func<Task<IResult>> work)
    {
        try
        {
            return await work();
        }
        catch (RoomIdTakenException)
        {
            return RoomIdTaken;
        }
        catch (DirectoryUnavailableException)
        {
            return DirectoryUnavailable;
        }
        catch (PasswordHasherBusyException)
        {
            return Busy;
        }
        catch (ProviderException e)
        {
            return Of(e);
        }
    }

    /// <summary>503 when it helps to try again, 502 when it does not. Nothing was created or changed.</summary>
    private static IResult Of(ProviderException failure)
    {
        var refused = failure.Failure is not ProviderFailure.Unavailable;
        var problem = TypedResults.Problem(
            statusCode: refused ? StatusCodes.Status502BadGateway : StatusCodes.Status503ServiceUnavailable,
            title: refused ? "The provider refused." : "The provider is not available at the moment.",
            detail: failure.Message,
            extensions: new Dictionary<string, object?>
            {
                ["code"] = refused ? "provider-refused" : "provider-unavailable",
                ["providerCode"] = failure.Code,
            });
        return refused ? problem : new Later(failure.RetryAfter ?? TimeSpan.FromSeconds(10), problem);
    }

    /// <summary>A refusal for now.</summary>
    internal sealed class Later(TimeSpan wait, IResult problem) : IResult
    {
        public Task ExecuteAsync(HttpContext httpContext)
        {
            httpContext.Response.Headers.RetryAfter = Math.Max(1, Math.Ceiling(wait.TotalSeconds)).ToString(CultureInfo.InvariantCulture);
            return problem.ExecuteAsync(httpContext);
        }
    }
}

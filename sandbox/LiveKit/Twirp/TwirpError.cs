using System.Text.Json.Serialization;

namespace Meetings.LiveKitSandbox.Twirp;

/// <summary>A refusal as Twirp gives it. The code decides the status; the message is prose, worded as the server words it.</summary>
/// <param name="Status">HTTP status of the code.</param>
internal sealed record TwirpError(
    [property: JsonIgnore] int Status, string Code, [property: JsonPropertyName("msg")] string Message, IReadOnlyDictionary<string, string>? Meta = null)
    : IResult
{
    /// <summary>A grant is missing, or is for another room. The server does not tell the two apart, and calls neither permission_denied.</summary>
    public static readonly TwirpError PermissionsDenied = new(401, "unauthenticated", "permissions denied");

    public static readonly TwirpError RoomNotFound = Wrapped(404, "not_found", "requested room does not exist");
    public static readonly TwirpError ParticipantNotFound = Wrapped(404, "not_found", "participant does not exist");
    public static readonly TwirpError RemoteUnmuteOff = Wrapped(412, "failed_precondition", "remote unmute not enabled");
    public static readonly TwirpError UnknownPreset = Wrapped(400, "invalid_argument", "unknown room configuration in create room request");

    /// <summary>What is asked of a room, or of a participant, goes to the node that has it; here none has.</summary>
    public static readonly TwirpError NoResponse = Wrapped(503, "unavailable", "no response from servers");

    public static readonly TwirpError NotJson = new(400, "malformed", "the json request could not be decoded");
    public static readonly TwirpError NotProtobuf = new(400, "malformed", "the protobuf request could not be decoded");

    public static TwirpError RoomNameTooLong(int limit) =>
        Wrapped(400, "invalid_argument", $"room name length exceeds limits: max length {limit}");

    /// <summary>Twirp's sentence for an argument: the argument, then what is wrong with it. The server passes a sentence and the limit.</summary>
    public static TwirpError Exceeds(string what, int limit) =>
        new(400, "invalid_argument", $"{what} exceeds limits {limit}", new Dictionary<string, string> { ["argument"] = $"{what} exceeds limits" });

    public static TwirpError Nonce(int length) =>
        new(400, "invalid_argument", $"nonce should be 16-bytes or not present, got: {length} bytes");

    public static TwirpError BadRoute(string why, HttpRequest request) =>
        new(404, "bad_route", why, new Dictionary<string, string> { ["twirp_invalid_route"] = $"{request.Method} {request.Path}" });

    public Task ExecuteAsync(HttpContext httpContext)
    {
        httpContext.Response.StatusCode = Status;
        return httpContext.Response.WriteAsJsonAsync(this, TwirpJson.Errors, "application/json");
    }

    /// <summary>The server's own errors reach Twirp as unknown, and keep that in the message when they get their code.</summary>
    private static TwirpError Wrapped(int status, string code, string message) => new(status, code, $"twirp error unknown: {message}");
}

/// <summary>What a method answers: a message, or a refusal.</summary>
internal readonly struct TwirpAnswer<T>
{
    private TwirpAnswer(T? message, TwirpError? error) => (Message, Error) = (message, error);

    public T? Message { get; }

    public TwirpError? Error { get; }

    public static implicit operator TwirpAnswer<T>(T message) => new(message, null);

    public static implicit operator TwirpAnswer<T>(TwirpError error) => new(default, error);
}

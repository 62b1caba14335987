using System.Text.Json.Nodes;

namespace Meetings.ZoomSandbox;

/// <summary>A field that did not pass Zoom's validation.</summary>
internal sealed record FieldError(string Field, string Message);

/// <summary>A refusal as Zoom gives it: <c>code</c> is Zoom's own number and seldom the HTTP status.</summary>
internal sealed record ZoomError(int Status, int Code, string Message, IReadOnlyList<FieldError>? Fields = null) : IResult
{
    public static readonly ZoomError InvalidToken = new(401, 124, "Invalid access token.");
    public static readonly ZoomError ExpiredToken = new(401, 124, "Access token is expired.");
    public static readonly ZoomError NotJson = new(400, 300, "Request Body should be a valid JSON object.");
    public static readonly ZoomError InvalidMeetingId = new(400, 300, "Invalid meeting id.");
    public static readonly ZoomError PageToken = new(400, 300, "The next page token is invalid or expired.");
    public static readonly ZoomError PaidOnly = new(400, 200, "Only available for Paid account.");
    public static readonly ZoomError InProgress = new(400, 3002, "Sorry, you cannot delete this meeting since it's in progress.");
    public static readonly ZoomError AlreadyEnded = new(400, 3007, "Sorry, you cannot delete this meeting since it has ended.");
    public static readonly ZoomError NotRunning = new(400, 3001, "Meeting is not started or has ended.");
    public static readonly ZoomError NotEnded = new(404, 3001, "Meeting does not exist or has not ended.");

    public static ZoomError MissingScope(string scope) => new(400, 4700, $"Invalid access token, does not contain scopes:[{scope}].");
    public static ZoomError NoUser(string userId) => new(404, 1001, $"User does not exist: {userId}.");
    public static ZoomError NoMeeting(string meetingId) => new(404, 3001, $"Meeting does not exist: {meetingId}.");
    public static ZoomError NoOccurrence(string id) => new(400, 3000, $"Occurrence does not exist: {id}.");
    public static ZoomError NoRegistration(long meetingId) => new(404, 404, $"Registration has not been enabled for this meeting: {meetingId}.");
    public static ZoomError Validation(IReadOnlyList<FieldError> fields) => new(400, 300, "Validation Failed.", fields);
    public static ZoomError Validation(string field, string message) => Validation([new(field, message)]);

    public Task ExecuteAsync(HttpContext httpContext)
    {
        var body = new JsonObject { ["code"] = Code, ["message"] = Message };
        if (Fields is not null)
        {
            body["errors"] = new JsonArray([.. Fields.Select(f => new JsonObject { ["field"] = f.Field, ["message"] = f.Message })]);
        }

        return ZoomJson.Answer(body, Status).ExecuteAsync(httpContext);
    }
}

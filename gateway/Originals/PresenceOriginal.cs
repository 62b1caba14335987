using System.Text.Json;

namespace Meetings.Gateway.Originals;

/// <summary>
/// <c>POST /api/meeting/join</c> and <c>/leave {session_id, user_id}</c>: what a client says of its own coming and going. It moves the caller's place in the room and
/// is no evidence: marks come from what the provider reports (S3-30).
/// </summary>
internal sealed class PresenceOriginal(string move) : IOriginal
{
    // Shown when the token has no name that may be shown.
    private const string Nameless = "Participant";
    private const int MaxName = 100;

    private sealed record Place(Guid MeetingId, Guid UserId, string Status, DateTimeOffset? JoinedAt, DateTimeOffset? LeftAt);

    private sealed record Data(string SessionId, Guid MeetingId, Guid UserId, string Status, DateTimeOffset? JoinedAt, DateTimeOffset? LeftAt);

    public string Name => $"presence-{move}";

    public async ValueTask AskAsync(OriginalRequest request)
    {
        var body = await request.BodyAsync();
        var session = OriginalRequest.Session(body);
        request.Self(body);

        request.Http.Items[typeof(PresenceOriginal)] = session;
        request.Path($"/api/v1/meetings/{session}/{move}");
        // Of a session that is there: nobody opens a room by saying that they are in it.
        request.Header("If-Match", "*");
        request.Tell(new { displayName = NameOf(request.Http) });
    }

    public object Answer(JsonElement? answer, HttpContext request)
    {
        var place = OriginalJson.Read<Place>(answer);
        return new Done(new Data(
            (string)request.Items[typeof(PresenceOriginal)]!, place.MeetingId, place.UserId, place.Status, place.JoinedAt, place.LeftAt));
    }

    private static string NameOf(HttpContext http)
    {
        var name = http.User.FindFirst("name")?.Value.Trim() ?? "";
        return name.Length == 0 || name.Contains('@', StringComparison.Ordinal) ? Nameless : name.Length <= MaxName ? name : name[..MaxName];
    }
}

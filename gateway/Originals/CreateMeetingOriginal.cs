using System.Text.Json;

namespace Meetings.Gateway.Originals;

/// <summary>
/// <c>POST /api/meetings/create {session_id, max_participants?, recording_enabled?, max_duration?}</c>: the room of a session that was planned. Nothing records here,
/// and a room has no longest duration: both are taken note of and have no effect, which the answer says.
/// </summary>
internal sealed class CreateMeetingOriginal : IOriginal
{
    private sealed record Room(Guid MeetingId, string Provider, string RoomName, string? JoinUrl, int? MaxParticipants, DateTimeOffset CreatedAt);

    private sealed record Data(
        string SessionId, string? MeetingUrl, string RoomName, Guid MeetingId, string Platform, int? MaxParticipants, bool RecordingEnabled, DateTimeOffset CreatedAt);

    public string Name => "create";

    public async ValueTask AskAsync(OriginalRequest request)
    {
        var body = await request.BodyAsync();
        var session = OriginalRequest.Session(body);
        OriginalRequest.Whole(body, "max_duration", 1, 1440);
        if (body.TryGetProperty("recording_enabled", out var recording)
            && recording.ValueKind is not (JsonValueKind.True or JsonValueKind.False or JsonValueKind.Null)) throw OriginalRequest.Invalid("recording_enabled", "Must be true or false.");
        var places = OriginalRequest.Whole(body, "max_participants", 1, 1000);

        request.Http.Items[typeof(CreateMeetingOriginal)] = session;
        request.Path($"/api/v1/meetings/{session}/room");
        request.Tell(new { maxParticipants = places });
    }

    public object Answer(JsonElement? answer, HttpContext request)
    {
        var room = OriginalJson.Read<Room>(answer);
        return new Done(new Data(
            (string)request.Items[typeof(CreateMeetingOriginal)]!, room.JoinUrl, room.RoomName, room.MeetingId, room.Provider, room.MaxParticipants, RecordingEnabled: false, room.CreatedAt));
    }
}

using System.Text.Json;

namespace Meetings.Gateway.Originals;

/// <summary><c>GET /api/meetings/{id}/info</c> (S3-15): the room as its provider has it, or what is known of it without.</summary>
internal sealed class GetInfoOriginal : IOriginal
{
    private sealed record Room(
        string? RoomName, string? RoomSid, int ParticipantCount, IReadOnlyList<Participant> Participants, bool IsActive, DateTimeOffset? CreatedAt, bool FallbackMode);

    private sealed record Participant(string Identity, string Name, DateTimeOffset? JoinedAt, bool IsPublisher);

    private sealed record Data(
        string? RoomName, string? RoomSid, int ParticipantCount, IReadOnlyList<Person> Participants, bool IsActive, DateTimeOffset? CreatedAt, bool FallbackMode);

    private sealed record Person(string Id, string Name, DateTimeOffset? JoinedAt, bool IsPublisher);

    public string Name => "info";

    public object Answer(JsonElement? answer, HttpContext request)
    {
        var room = OriginalJson.Read<Room>(answer);
        return new Done(new Data(
            room.RoomName, room.RoomSid, room.ParticipantCount, [.. room.Participants.Select(one => new Person(one.Identity, one.Name, one.JoinedAt, one.IsPublisher))],
            room.IsActive, room.CreatedAt, room.FallbackMode));
    }
}

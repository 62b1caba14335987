using System.Text.Json;

namespace Meetings.Gateway.Originals;

/// <summary><c>POST /api/meetings/{id}/end</c> (S3-16): nobody stays; the second time changes nothing.</summary>
internal sealed class EndMeetingOriginal : IOriginal
{
    private sealed record Meeting(Guid Id, string RoomId, string State, DateTimeOffset? StartedAt, DateTimeOffset? EndedAt, Vocabularies Views);

    private sealed record Vocabularies(string Academy);

    private sealed record Data(Guid MeetingId, string RoomId, string Status, DateTimeOffset? StartedAt, DateTimeOffset? MeetingEndedAt);

    public string Name => "end";

    public object Answer(JsonElement? answer, HttpContext request)
    {
        var meeting = OriginalJson.Read<Meeting>(answer);
        return new Done(new Data(meeting.Id, meeting.RoomId, meeting.Views.Academy, meeting.StartedAt, meeting.EndedAt), "Meeting ended.");
    }
}

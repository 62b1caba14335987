using System.Text.Json;
using System.Text.Json.Serialization;

namespace Meetings.Gateway.Originals;

/// <summary><c>GET /api/zoom/meetings/{id}/participants</c> (S1-09).</summary>
internal sealed class GetParticipantsOriginal : IOriginal
{
    private sealed record Sheet(Meeting Meeting, IReadOnlyList<One> Participants, IReadOnlyList<Expected> ExpectedAttendees, Numbers Stats);

    private sealed record Meeting(Guid Id, string Title, Class? Class, DateTimeOffset? StartsAt, string State);

    private sealed record Class(Guid Id, string Name);

    private sealed record One(
        string Id, Guid? UserId, string Name, string? Email, string Status, DateTimeOffset? JoinedAt, DateTimeOffset? LeftAt, long DurationSeconds);

    private sealed record Expected(Guid Id, string Name, bool Attended, One? Participant);

    private sealed record Numbers(
        int TotalParticipants, int JoinedCount, int ExpectedCount, decimal AttendanceRate, long TotalDurationSeconds, long AverageDurationSeconds);

    private sealed record Answered(
        MeetingData Meeting, IEnumerable<Participant> Participants, [property: JsonPropertyName("expectedAttendees")] IEnumerable<Attendee> ExpectedAttendees, Stats Stats);

    private sealed record MeetingData(Guid Id, string Title, Class? Class, DateTimeOffset? StartTime, string Status);

    private sealed record Participant(
        string Id, Guid? UserId, string Name, string? Email, string Status, DateTimeOffset? JoinTime, DateTimeOffset? LeaveTime, long Duration);

    private sealed record Attendee(Guid Id, string Name, bool Attended, Participant? Participant);

    private sealed record Stats(
        [property: JsonPropertyName("totalParticipants")] int TotalParticipants, [property: JsonPropertyName("joinedCount")] int JoinedCount,
        [property: JsonPropertyName("expectedCount")] int ExpectedCount, [property: JsonPropertyName("attendanceRate")] decimal AttendanceRate,
        [property: JsonPropertyName("totalDurationSeconds")] long TotalDurationSeconds, [property: JsonPropertyName("avgDurationSeconds")] long AvgDurationSeconds);

    public string Name => "participants";

    public object Answer(JsonElement? answer, HttpContext request)
    {
        var sheet = OriginalJson.Read<Sheet>(answer);
        var (meeting, stats) = (sheet.Meeting, sheet.Stats);
        return new Answered(
            new MeetingData(meeting.Id, meeting.Title, meeting.Class, meeting.StartsAt, Status(meeting.State)), sheet.Participants.Select(one => Of(one)!),
            sheet.ExpectedAttendees.Select(one => new Attendee(one.Id, one.Name, one.Attended, Of(one.Participant))),
            new Stats(stats.TotalParticipants, stats.JoinedCount, stats.ExpectedCount, stats.AttendanceRate, stats.TotalDurationSeconds, stats.AverageDurationSeconds));
    }

    private static Participant? Of(One? one) => one is null
        ? null
        : new Participant(one.Id, one.UserId, one.Name, one.Email, one.Status, one.JoinedAt, one.LeftAt, one.DurationSeconds);

    // Zoom's words, which that system used for its own.
    private static string Status(string state) => state switch
    {
        "scheduled" or "ready" => "scheduled",
        "live" => "started",
        "cancelled" => "cancelled",
        _ => "ended",
    };
}

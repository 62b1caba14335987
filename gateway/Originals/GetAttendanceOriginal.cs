using System.Text.Json;

namespace Meetings.Gateway.Originals;

/// <summary><c>GET /api/zoom/meetings/{id}/attendance</c> (S1-10 to S1-12): counts and records; before the end, what is known so far, and a note that says so.</summary>
internal sealed class GetAttendanceOriginal : IOriginal
{
    private sealed record Sheet(bool IsFinal, string? Note, Counts Summary, IReadOnlyList<Mark> Records);

    private sealed record Counts(int Present, int Late, int Partial, int Absent, int Excused, int NoData, int Enrolled);

    private sealed record Mark(
        Guid? RecordId, Guid StudentId, string Name, string Status, DateTimeOffset? FirstJoinAt, DateTimeOffset? LastLeaveAt, long DurationSeconds, decimal Percentage);

    private sealed record Answered(Counts Summary, IEnumerable<Record> Records, bool IsFinal, string? Note);

    private sealed record Record(
        Guid? Id, Guid StudentId, string Name, string Status, DateTimeOffset? JoinTime, DateTimeOffset? LeaveTime, long Duration, decimal Percentage);

    public string Name => "attendance";

    public object Answer(JsonElement? answer, HttpContext request)
    {
        var sheet = OriginalJson.Read<Sheet>(answer);
        return new Answered(
            sheet.Summary,
            sheet.Records.Select(one => new Record(
                one.RecordId, one.StudentId, one.Name, one.Status, one.FirstJoinAt, one.LastLeaveAt, one.DurationSeconds, one.Percentage)),
            sheet.IsFinal, sheet.Note);
    }
}

using Grpc.Core;
using Meetings.Attendance.Ledger;
using Meetings.Attendance.Lessons;
using Meetings.Attendance.Policies;
using Meetings.Attendance.Sheets;
using Meetings.ServiceDefaults.Data;
using Meetings.ServiceDefaults.Security;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Meetings.Attendance.Reading;

/// <summary>The attendance of a meeting: final records once there are, before that what the facts say so far.</summary>
internal sealed class GetAttendance(Database db, MeetingSight meetings, LessonView lessons)
{
    private const string Live = "The meeting has not been finalised: this is the state so far, and official records come after its end.";
    private const string NoClass = "The meeting has no class, so no attendance is recorded.";

    private const string FinalRecords = """
        select id as record_id, student_id, name, status, first_join_at, last_leave_at, duration_ms / 1000 as duration_seconds, percentage, join_count,
            leave_count, source, explanation
        from attendance_record where occurrence_id = @occurrence order by name collate "C", student_id
        """;

    /// <param name="IsFinal">False while the records may still change with the meeting.</param>
    public sealed record Response(bool IsFinal, string? Note, Summary Summary, IReadOnlyList<AttendanceRecord> Records);

    /// <param name="Enrolled">Students on the roster of the lesson's date.</param>
    public sealed record Summary(int Present, int Late, int Partial, int Absent, int Excused, int NoData, int Enrolled);

    /// <param name="RecordId">Null in the live view.</param>
    /// <param name="Percentage">Of the planned length, two decimals, cut off.</param>
    public sealed record AttendanceRecord(
        Guid? RecordId, Guid StudentId, string Name, string Status, DateTimeOffset? FirstJoinAt, DateTimeOffset? LastLeaveAt, long DurationSeconds,
        decimal Percentage, int JoinCount, int LeaveCount, string Source, string Explanation);

    public static void Map(RouteGroupBuilder api) => api.MapGet("/meetings/{id}/attendance",
        (string id, Guid? occurrenceId, DateOnly? date, Caller caller, GetAttendance useCase, CancellationToken ct) =>
            useCase.HandleAsync(id, new DateAsked(occurrenceId, date), caller, ct));

    public async Task<Results<Ok<Response>, ProblemHttpResult>> HandleAsync(string id, DateAsked asked, Caller caller, CancellationToken ct)
    {
        try
        {
            if (await meetings.FindAsync(id, asked, caller, ct) is not var (meeting, relation, date)) return Problems.MeetingNotFound;
            var sight = AttendanceAccess.OfRecords(caller, relation);
            if (MeetingSight.Refusal(sight) is { } refusal) return refusal;

            if (date is null && asked is not { OccurrenceId: null, Date: null }) return Problems.OccurrenceNotFound;
            if (meeting.ClassId is null) return TypedResults.Ok(Of(false, NoClass, []));
            if (date is null) return TypedResults.Ok(Of(false, Live, []));
            return TypedResults.Ok(date.IsFinal ? await FinalAsync(date.OccurrenceId, sight, caller, ct) : await LiveAsync(meeting, date.OccurrenceId, sight, caller, ct));
        }
        catch (Exception e) when (e is RpcException or DirectoryIncompleteException)
        {
            return meetings.NotNow(e);
        }
    }

    private Task<Response> FinalAsync(Guid occurrence, Sight sight, Caller caller, CancellationToken ct) => db.ReadAsync(
        caller, FinalRecords, new { occurrence }, async rows => Of(true, null, Visible(sight, [.. await rows.ReadAsync<AttendanceRecord>()])), ct);

    private async Task<Response> LiveAsync(KnownMeeting meeting, Guid occurrence, Sight sight, Caller caller, CancellationToken ct)
    {
        // Facts are about everybody in the room, so students and parents see none; what is shown to them is picked from the sheet.
        var (inputs, sheet) = await lessons.EvaluateAsync(meeting, occurrence, sight is Sight.Everything ? caller : null, ct);
        var records = sheet.Records.Select(mark => Record(mark, inputs))
            .OrderBy(record => record.Name, StringComparer.Ordinal).ThenBy(record => record.StudentId).ToArray();
        return Of(false, Live, Visible(sight, records));
    }

    private static AttendanceRecord Record(StudentMark mark, SheetInputs inputs) => new(
        null, mark.StudentId, inputs.People.Person(mark.StudentId)?.Name ?? "", mark.Status.Word(), mark.Presence.FirstJoinAt, mark.Presence.LastLeaveAt,
        mark.Presence.Seconds, mark.Percentage, mark.Presence.JoinCount, mark.Presence.LeaveCount, mark.Source, mark.Explanation);

    private static IReadOnlyList<AttendanceRecord> Visible(Sight sight, IReadOnlyList<AttendanceRecord> records) =>
        sight is Sight.Only own ? [.. records.Where(record => own.Students.Contains(record.StudentId))] : records;

    private static Response Of(bool isFinal, string? note, IReadOnlyList<AttendanceRecord> records)
    {
        int Count(AttendanceStatus status) => records.Count(record => record.Status == status.Word());
        return new Response(isFinal, note, new Summary(
            Count(AttendanceStatus.Present), Count(AttendanceStatus.Late), Count(AttendanceStatus.Partial), Count(AttendanceStatus.Absent),
            Count(AttendanceStatus.Excused), Count(AttendanceStatus.NoData), records.Count - Count(AttendanceStatus.NotApplicable)), records);
    }
}

using Grpc.Core;
using Meetings.Attendance.Ledger;
using Meetings.Attendance.Lessons;
using Meetings.Attendance.Sheets;
using Meetings.ServiceDefaults.Data;
using Meetings.ServiceDefaults.Security;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Meetings.Attendance.Reading;

/// <summary>Why a record says what it says: the sentence, and the facts in their order.</summary>
internal sealed class GetExplanation(Database db, LessonView lessons, MeetingSight meetings)
{
    // The caller's own sight: what they may not see does not exist.
    private const string Record = """
        select id, meeting_id, occurrence_id, student_id, name, status, machine_status, explanation, policy, version, set_by, set_reason
        from attendance_record where id = @recordId
        """;

    /// <param name="MachineStatus">What the facts say, also where a person said otherwise.</param>
    public sealed record Response(
        Guid RecordId, Guid StudentId, string Name, string Status, string MachineStatus, string Explanation, string Policy, long Version,
        IReadOnlyList<Event> Timeline, IReadOnlyList<GetParticipants.Interval> Intervals);

    /// <param name="Device">Which of the student's connections, counted from 1.</param>
    /// <param name="At">UTC.</param>
    public sealed record Event(DateTimeOffset At, FactKind What, FactSource Source, int Device);

    public static void Map(RouteGroupBuilder api) => api.MapGet("/attendance/{recordId:guid}/explanation",
        (Guid recordId, Caller caller, GetExplanation useCase, CancellationToken ct) => useCase.HandleAsync(recordId, caller, ct));

    public async Task<Results<Ok<Response>, ProblemHttpResult>> HandleAsync(Guid recordId, Caller caller, CancellationToken ct)
    {
        try
        {
            Row? record;
            KnownMeeting? meeting;
            await using (var session = await db.BeginAsync(caller, ct))
            {
                record = await session.QuerySingleOrDefaultAsync<Row>(Record, new { recordId }, ct);
                meeting = record is null ? null : await LessonStore.FindAsync(session, record.MeetingId, ct);
            }

            // Once the date or the meeting is gone only the sentence is left; so it is said to be gone rather than half told.
            if (record is null || meeting is null || await meetings.FindAsync(record.MeetingId.ToString(), new DateAsked(null, null), caller, ct) is not var (_, relation, _))
                return Problems.RecordNotFound;
            var sight = AttendanceAccess.OfRecords(caller, relation);
            if (sight is not Sight.Everything && !(sight is Sight.Only own && own.Students.Contains(record.StudentId))) return Problems.RecordNotFound;

            // The facts of one's own record are shown; those of others that come with them are not.
            var (_, sheet) = await lessons.EvaluateAsync(meeting, record.OccurrenceId, sight is Sight.Everything ? caller : null, ct);
            var participant = sheet.Participants.SingleOrDefault(one => one.PersonId == record.StudentId);
            return TypedResults.Ok(Of(record, participant));
        }
        catch (Exception e) when (e is RpcException or DirectoryIncompleteException)
        {
            return meetings.NotNow(e);
        }
    }

    private static Response Of(Row record, Participant? participant)
    {
        var explanation = record.SetBy is null
            ? record.Explanation
            : $"set by a person{(record.SetReason is { } reason ? $": {reason}" : "")} → {record.Status} (the facts say {record.MachineStatus})";
        var timeline = participant?.Connections
            .SelectMany((connection, i) => connection.Facts.Select(fact => new Event(fact.At, fact.Kind, fact.Source, i + 1)))
            .OrderBy(one => one.At).ThenBy(one => one.Device).ThenBy(one => one.What).ToArray() ?? [];
        var intervals = participant?.Presence.Stays.Select(stay => new GetParticipants.Interval(
            stay.From, stay.ClosedBy == ClosedBy.Open ? null : stay.To, stay.ClosedBy)).ToArray() ?? [];
        return new Response(
            record.Id, record.StudentId, record.Name, record.Status, record.MachineStatus, explanation, record.Policy, record.Version, timeline, intervals);
    }

    private sealed record Row(
        Guid Id, Guid MeetingId, Guid OccurrenceId, Guid StudentId, string Name, string Status, string MachineStatus, string Explanation, string Policy,
        long Version, Guid? SetBy, string? SetReason);
}

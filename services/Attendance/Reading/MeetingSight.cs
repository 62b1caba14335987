using Grpc.Core;
using Meetings.Attendance.Lessons;
using Meetings.ServiceDefaults.Data;
using Meetings.ServiceDefaults.Http;
using Meetings.ServiceDefaults.Security;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Meetings.Attendance.Reading;

/// <summary>Finds a meeting by UUID or room id, and how the caller stands to it. Nothing of its attendance is read here.</summary>
internal sealed partial class MeetingSight(Database db, MeetingQuestions meetings, ILogger<MeetingSight> logger)
{
    private const string Relation = """
        select
            exists (select from class_member where class_id = @class and person_id = @person and role <> 'student') as teaches,
            array(
                select distinct c.person_id from class_member c
                where c.class_id = @class and c.role = 'student'
                  and (c.person_id = @person or c.person_id in (select unnest(children) from person where id = @person))
                order by 1) as students
        """;

    /// <summary>Null when there is no such meeting.</summary>
    /// <exception cref="RpcException">The Meeting service does not answer, and the meeting is not known here.</exception>
    public async Task<(KnownMeeting Meeting, MeetingRelation Relation)?> FindAsync(string id, Caller caller, CancellationToken ct)
    {
        await using var session = await db.BeginAsServiceAsync(ct);
        var meeting = await LookAsync(session, id, ct);
        if (meeting is null && await meetings.TryLearnAsync(id, ct)) meeting = await LookAsync(session, id, ct);
        if (meeting is null) return null;

        var row = (await session.QuerySingleOrDefaultAsync<RelationRow>(Relation, new { @class = meeting.ClassId, person = caller.PersonId }, ct))!;
        return (meeting, new MeetingRelation(meeting.AcademyId, meeting.OwnerId, meeting.HostId, row.Teaches, (Guid[])row.Students));
    }

    /// <summary>The refusal that a sight amounts to; null for one that shows something.</summary>
    public static ProblemHttpResult? Refusal(Sight sight) => sight switch
    {
        Sight.Unknown => Problems.MeetingNotFound,
        Sight.Forbidden => Problem.Forbidden(),
        _ => null,
    };

    /// <summary>The answer when a sibling that must be asked does not answer.</summary>
    public ProblemHttpResult NotNow(Exception exception)
    {
        LogNotNow(exception);
        return Problems.NotNow;
    }

    private static Task<KnownMeeting?> LookAsync(DatabaseSession session, string id, CancellationToken ct) =>
        Guid.TryParse(id, out var uuid) ? LessonStore.FindAsync(session, uuid, ct) : LessonStore.FindRoomAsync(session, id, ct);

    private sealed record RelationRow(bool Teaches, Array Students);

    [LoggerMessage(Level = LogLevel.Warning, Message = "A sibling that must be asked does not answer")]
    private partial void LogNotNow(Exception exception);
}

using Grpc.Core;
using Meetings.Attendance.Lessons;
using Meetings.ServiceDefaults.Data;
using Meetings.ServiceDefaults.Http;
using Meetings.ServiceDefaults.Security;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Meetings.Attendance.Reading;

/// <summary>Finds a meeting by UUID or room id, and how the caller stands to it. Nothing of its attendance is read here.</summary>
internal sealed partial class MeetingSight(Database db, MeetingQuestions meetings, TimeProvider clock, ILogger<MeetingSight> logger)
{
    // A teacher counts on the meeting's dates, and today: access ends with the enrolment.
    private const string Relation = """
        select
            exists (
                select from class_member c left join academy a on a.id = c.academy_id
                where c.class_id = @class and c.person_id = @person and c.role <> 'student' and exists (
                    select from (select @now as at union all select starts_at from occurrence where meeting_id = @meeting) moments
                    where daterange(c.from_date, c.to_date, '[]') @> (at at time zone coalesce(a.time_zone, 'UTC'))::date)) as teaches,
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
        // No connection is held while the Meeting service is asked: whoever asks for what does not exist must not take them from everyone else.
        var meeting = await LookAsync(id, ct);
        if (meeting is null && await meetings.TryLearnAsync(id, ct)) meeting = await LookAsync(id, ct);
        if (meeting is null) return null;

        await using var session = await db.BeginAsServiceAsync(ct);
        var row = (await session.QuerySingleOrDefaultAsync<RelationRow>(
            Relation, new { @class = meeting.ClassId, meeting = meeting.Id, person = caller.PersonId, now = clock.GetUtcNow() }, ct))!;
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

    // As the Meeting service reads it: 32 hexadecimal digits are a room id, and a room may be called like a UUID that no meeting has.
    private async Task<KnownMeeting?> LookAsync(string id, CancellationToken ct)
    {
        await using var session = await db.BeginAsServiceAsync(ct);
        return Guid.TryParseExact(id, "D", out var uuid) && await LessonStore.FindAsync(session, uuid, ct) is { } known
            ? known
            : await LessonStore.FindRoomAsync(session, id, ct);
    }

    private sealed record RelationRow(bool Teaches, Array Students);

    [LoggerMessage(Level = LogLevel.Warning, Message = "A sibling that must be asked does not answer")]
    private partial void LogNotNow(Exception exception);
}

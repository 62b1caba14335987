using Grpc.Core;
using Meetings.Attendance.Ledger;
using Meetings.Attendance.Lessons;
using Meetings.ServiceDefaults.Data;
using Meetings.ServiceDefaults.Http;
using Meetings.ServiceDefaults.Security;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Meetings.Attendance.Reading;

/// <summary>Which date of a meeting somebody asks for: by its id, or by the academy's calendar. Neither: the one that runs, else the nearest.</summary>
internal sealed record DateAsked(Guid? OccurrenceId, DateOnly? Date);

/// <summary>A meeting that somebody asks for.</summary>
/// <param name="Relation">How they stand to it.</param>
/// <param name="Date">The date that is asked for. Null for a meeting without any, or without this one.</param>
internal sealed record MeetingInSight(KnownMeeting Meeting, MeetingRelation Relation, DateInSight? Date);

/// <param name="IsFinal">Its records are final.</param>
internal sealed record DateInSight(Guid OccurrenceId, bool IsFinal);

/// <summary>Finds a meeting by UUID or room id, and how the caller stands to it. Nothing of its attendance is read here.</summary>
internal sealed partial class MeetingSight(Database db, MeetingQuestions meetings, TimeProvider clock, ILogger<MeetingSight> logger)
{
    // In one round trip. A teacher counts on the meeting's dates, and today: access ends with the enrolment.
    private const string Find = $"""
        select {LessonStore.Columns} from meeting m where m.id = {LessonStore.Named};
        select
            exists (
                select from class_member c left join academy a on a.id = c.academy_id
                where c.class_id = m.class_id and c.person_id = @person and c.role <> 'student' and exists (
                    select from (select @now as at union all select starts_at from occurrence where meeting_id = m.id) moments
                    where daterange(c.from_date, c.to_date, '[]') @> (at at time zone coalesce(a.time_zone, 'UTC'))::date)) as teaches,
            array(
                select distinct c.person_id from class_member c
                where c.class_id = m.class_id and c.role = 'student'
                  and (c.person_id = @person or c.person_id in (select unnest(children) from person where id = @person))
                order by 1) as students
        from meeting m where m.id = {LessonStore.Named};
        select o.id, o.starts_at, o.duration_minutes, coalesce(r.is_final, false) as is_final,
            (o.starts_at at time zone coalesce(a.time_zone, 'UTC'))::date as local_date
        from occurrence o join meeting m on m.id = o.meeting_id left join academy a on a.id = m.academy_id
        left join occurrence_result r on r.occurrence_id = o.id where o.meeting_id = {LessonStore.Named} and not o.is_cancelled
        """;

    /// <summary>Null when there is no such meeting.</summary>
    /// <exception cref="RpcException">The Meeting service does not answer, and the meeting is not known here.</exception>
    public async Task<MeetingInSight?> FindAsync(string id, DateAsked asked, Caller caller, CancellationToken ct)
    {
        // No connection is held while the Meeting service is asked: whoever asks for what does not exist must not take them from everyone else.
        if (await LookAsync(id, asked, caller, ct) is { } known) return known;
        return await meetings.TryLearnAsync(id, ct) ? await LookAsync(id, asked, caller, ct) : null;
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

    private Task<MeetingInSight?> LookAsync(string id, DateAsked asked, Caller caller, CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        var args = new { uuid = Guid.TryParseExact(id, "D", out var uuid) ? uuid : (Guid?)null, room = id, person = caller.PersonId, now };
        return db.ReadAsServiceAsync(Find, args, async rows =>
        {
            if (await rows.ReadSingleOrDefaultAsync<KnownMeeting>() is not { } meeting) return null;
            var relation = await rows.ReadSingleAsync<RelationRow>();
            var dates = (await rows.ReadAsync<DateRow>())
                .Where(date => (asked.OccurrenceId ?? date.Id) == date.Id && (asked.Date ?? date.LocalDate) == date.LocalDate).ToDictionary(date => date.Id);
            var nearest = SittingAssignment.Nearest([.. dates.Values.Select(date => date.ToLesson())], now);
            return new MeetingInSight(
                meeting, new MeetingRelation(meeting.AcademyId, meeting.OwnerId, meeting.HostId, relation.Teaches, (Guid[])relation.Students),
                nearest is null ? null : new DateInSight(nearest.OccurrenceId, dates[nearest.OccurrenceId].IsFinal));
        }, ct);
    }

    private sealed record DateRow(Guid Id, DateTimeOffset StartsAt, int DurationMinutes, bool IsFinal, DateOnly LocalDate)
    {
        public Lesson ToLesson() => new KnownOccurrence(Id, Guid.Empty, StartsAt, DurationMinutes, default).ToLesson(TimeZoneInfo.Utc);
    }

    private sealed record RelationRow(bool Teaches, Array Students);

    [LoggerMessage(Level = LogLevel.Warning, Message = "A sibling that must be asked does not answer")]
    private partial void LogNotNow(Exception exception);
}

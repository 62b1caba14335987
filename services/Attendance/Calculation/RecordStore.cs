using Meetings.Attendance.Ledger;
using Meetings.Attendance.Policies;
using Meetings.Attendance.Sheets;
using Meetings.ServiceDefaults.Data;

namespace Meetings.Attendance.Calculation;

/// <summary>Writes a sheet's records in one statement. What says the same again is not written; every change is a new version and leaves the old one.</summary>
internal static class RecordStore
{
    private const string Upsert = """
        with told as (
            select * from unnest(@ids, @students, @names, @statuses, @firsts, @lasts, @durations, @percentages, @joins, @leaves, @sources, @explanations)
                as told (id, student_id, name, status, first_join_at, last_leave_at, duration_ms, percentage, join_count, leave_count, source, explanation)
        ), changed as (
            insert into attendance_record as record (
                id, occurrence_id, student_id, meeting_id, academy_id, class_id, date, version, name, status, first_join_at, last_leave_at, duration_ms,
                percentage, join_count, leave_count, source, explanation, policy, session_starts_at, session_duration_minutes, calculated_at, machine_status)
            select id, @occurrence, student_id, @meeting, @academy, @class, @date, 1, name, status, first_join_at, last_leave_at, duration_ms,
                percentage, join_count, leave_count, source, explanation, @policy, @startsAt, @minutes, @now, status
            from told order by student_id
            on conflict on constraint attendance_record_one_per_student do update set
                version = record.version + 1, name = excluded.name, status = excluded.status, first_join_at = excluded.first_join_at,
                last_leave_at = excluded.last_leave_at, duration_ms = excluded.duration_ms, percentage = excluded.percentage,
                join_count = excluded.join_count, leave_count = excluded.leave_count, source = excluded.source, explanation = excluded.explanation,
                policy = excluded.policy, session_starts_at = excluded.session_starts_at, date = excluded.date, class_id = excluded.class_id,
                session_duration_minutes = excluded.session_duration_minutes, calculated_at = excluded.calculated_at, machine_status = excluded.machine_status
            where record.set_by is null
              and (record.status, record.first_join_at, record.last_leave_at, record.duration_ms, record.percentage, record.join_count, record.leave_count,
                   record.source, record.explanation, record.session_starts_at, record.session_duration_minutes, record.class_id)
                is distinct from
                  (excluded.status, excluded.first_join_at, excluded.last_leave_at, excluded.duration_ms, excluded.percentage, excluded.join_count,
                   excluded.leave_count, excluded.source, excluded.explanation, excluded.session_starts_at, excluded.session_duration_minutes, excluded.class_id)
            returning *
        )
        insert into attendance_record_version (
            record_id, version, status, first_join_at, last_leave_at, duration_ms, percentage, explanation, policy, set_by, recorded_at)
        select id, version, status, first_join_at, last_leave_at, duration_ms, percentage, explanation, policy, set_by, calculated_at from changed
        """;

    // Whoever is no longer on the roster of that date has no mark by it; a mark that a person gave stays.
    private const string Withdraw = """
        with changed as (
            update attendance_record set version = version + 1, status = 'not_applicable', machine_status = 'not_applicable', calculated_at = @now,
                explanation = 'not on the roster of the lesson''s date → not_applicable'
            where occurrence_id = @occurrence and student_id <> all(@students) and set_by is null and status <> 'not_applicable'
            returning *
        )
        insert into attendance_record_version (
            record_id, version, status, first_join_at, last_leave_at, duration_ms, percentage, explanation, policy, set_by, recorded_at)
        select id, version, status, first_join_at, last_leave_at, duration_ms, percentage, explanation, policy, set_by, calculated_at from changed
        """;

    // The machine's opinion is kept beside a person's word, which it never touches.
    private const string BesideThePerson = """
        update attendance_record record set machine_status = told.status
        from unnest(@students, @statuses) as told (student_id, status)
        where record.occurrence_id = @occurrence and record.student_id = told.student_id and record.set_by is not null and record.machine_status <> told.status
        """;

    /// <returns>How many records changed.</returns>
    public static async Task<int> WriteAsync(DatabaseSession session, SheetInputs inputs, AttendanceSheet sheet, DateTimeOffset now, CancellationToken ct)
    {
        var marks = sheet.Records;
        var students = marks.Select(mark => mark.StudentId).ToArray();
        var statuses = marks.Select(mark => mark.Status.Word()).ToArray();
        var occurrence = inputs.Lesson.OccurrenceId;
        var changed = await session.ExecuteAsync(Upsert, new
        {
            ids = marks.Select(_ => Guid.CreateVersion7(now)).ToArray(),
            students,
            names = marks.Select(mark => inputs.People.Person(mark.StudentId)?.Name ?? "").ToArray(),
            statuses,
            firsts = marks.Select(mark => mark.Presence.FirstJoinAt).ToArray(),
            lasts = marks.Select(mark => mark.Presence.LastLeaveAt).ToArray(),
            durations = marks.Select(mark => mark.Presence.Counted.Ticks / TimeSpan.TicksPerMillisecond).ToArray(),
            percentages = marks.Select(mark => mark.Percentage).ToArray(),
            joins = marks.Select(mark => mark.Presence.JoinCount).ToArray(),
            leaves = marks.Select(mark => mark.Presence.LeaveCount).ToArray(),
            sources = marks.Select(mark => mark.Source).ToArray(),
            explanations = marks.Select(mark => mark.Explanation).ToArray(),
            occurrence,
            meeting = inputs.Meeting.Id,
            academy = inputs.Meeting.AcademyId,
            @class = inputs.Meeting.ClassId,
            date = inputs.Lesson.Date,
            policy = inputs.Policy.ToString(),
            startsAt = inputs.Lesson.StartsAt,
            minutes = (int)inputs.Lesson.Duration.TotalMinutes,
            now,
        }, ct);
        changed += await session.ExecuteAsync(Withdraw, new { occurrence, students, now }, ct);
        await session.ExecuteAsync(BesideThePerson, new { occurrence, students, statuses }, ct);
        return changed;
    }
}

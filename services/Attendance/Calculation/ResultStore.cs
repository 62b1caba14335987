using Meetings.Attendance.Ledger;
using Meetings.Attendance.Sheets;
using Meetings.Contracts.Attendance;
using Meetings.ServiceDefaults.Data;

namespace Meetings.Attendance.Calculation;

/// <summary>What was last calculated of an occurrence.</summary>
/// <param name="Policy">By which it was first finalised.</param>
internal sealed record KnownResult(
    long Version, bool IsFinal, bool NoShow, bool NeedsReview, bool Report, int ReportAttempts, DateTimeOffset FinalisedAt, string Policy);

/// <summary>The outcome of calculations, and what is told of it.</summary>
internal static class ResultStore
{
    internal const string Find = """
        select version, is_final, no_show, needs_review, report, report_attempts, finalised_at, policy from occurrence_result where occurrence_id = @occurrenceId
        """;

    // The policy of the first time stays.
    private const string Keep = """
        insert into occurrence_result as result (
            occurrence_id, meeting_id, academy_id, class_id, date, version, is_final, no_show, needs_review, report, report_attempts, policy, finalised_at)
        values (@occurrence, @meeting, @academy, @class, @date, @version, true, @noShow, @needsReview, @report, @attempts, @policy, @now)
        on conflict (occurrence_id) do update set class_id = excluded.class_id, date = excluded.date, version = excluded.version, is_final = true,
            no_show = excluded.no_show, needs_review = excluded.needs_review, report = excluded.report, report_attempts = excluded.report_attempts,
            finalised_at = case when result.version < excluded.version then excluded.finalised_at else result.finalised_at end
        where (result.class_id, result.date, result.version, result.is_final, result.no_show, result.needs_review, result.report, result.report_attempts)
            is distinct from
              (excluded.class_id, excluded.date, excluded.version, true, excluded.no_show, excluded.needs_review, excluded.report, excluded.report_attempts)
        """;

    private const string Reopen = "update occurrence_result set is_final = false where occurrence_id = @occurrenceId";

    private const string Records = """
        select id as record_id, student_id, status, first_join_at, last_leave_at, duration_ms / 1000 as duration_seconds, percentage
        from attendance_record where occurrence_id = @occurrence order by student_id
        """;

    private const string KeepDifferences = """
        with gone as (
            delete from reconciliation where occurrence_id = @occurrence
                and (sitting_id, session_number, difference) not in (select * from unnest(@sittings, @sessions, @differences)))
        insert into reconciliation (occurrence_id, sitting_id, session_number, difference, webhook_at, report_at, found_at)
        select @occurrence, *, @now from unnest(@sittings, @sessions, @differences, @webhooks, @reports)
        on conflict (occurrence_id, sitting_id, session_number, difference) do update set webhook_at = excluded.webhook_at, report_at = excluded.report_at
        where (reconciliation.webhook_at, reconciliation.report_at) is distinct from (excluded.webhook_at, excluded.report_at)
        """;

    public static Task KeepAsync(
        DatabaseSession session, SheetInputs inputs, AttendanceSheet sheet, long version, bool report, int attempts, DateTimeOffset now, CancellationToken ct) =>
        session.ExecuteAsync(Keep, new
        {
            occurrence = inputs.Lesson.OccurrenceId,
            meeting = inputs.Meeting.Id,
            academy = inputs.Meeting.AcademyId,
            @class = inputs.Meeting.ClassId,
            date = inputs.Lesson.Date,
            version,
            sheet.NoShow,
            needsReview = sheet.NoData,
            report,
            attempts,
            policy = inputs.Policy.ToString(),
            now,
        }, ct);

    public static Task ReopenAsync(DatabaseSession session, Guid occurrenceId, CancellationToken ct) => session.ExecuteAsync(Reopen, new { occurrenceId }, ct);

    public static Task KeepDifferencesAsync(
        DatabaseSession session, Guid occurrence, IReadOnlyList<Difference> differences, DateTimeOffset now, CancellationToken ct) =>
        session.ExecuteAsync(KeepDifferences, new
        {
            occurrence,
            now,
            sittings = differences.Select(one => one.SittingId).ToArray(),
            sessions = differences.Select(one => one.SessionNumber).ToArray(),
            differences = differences.Select(one => one.What).ToArray(),
            webhooks = differences.Select(one => one.WebhookAt).ToArray(),
            reports = differences.Select(one => one.ReportAt).ToArray(),
        }, ct);

    /// <summary>The event of a finalisation: the records as they stand, what people set included.</summary>
    public static async Task<AttendanceFinalized> AnnounceAsync(
        DatabaseSession session, SheetInputs inputs, AttendanceSheet sheet, long version, DateTimeOffset now, CancellationToken ct)
    {
        var occurrence = inputs.Lesson.OccurrenceId;
        var records = await session.QueryAsync<FinalRecord>(Records, new { occurrence }, ct);
        return new AttendanceFinalized(
            occurrence, version, inputs.Meeting.Id, inputs.Meeting.AcademyId, inputs.Meeting.ClassId, inputs.Lesson.Date, sheet.NoShow, now, records,
            LessonEnd.Of(inputs.Lesson, inputs.Facts, sheet));
    }
}

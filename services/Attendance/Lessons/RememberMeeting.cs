using Meetings.Attendance.Calculation;
using Meetings.Attendance.Ledger;
using Meetings.Contracts.Meetings;
using Meetings.ServiceDefaults.Data;
using Microsoft.Extensions.Options;

namespace Meetings.Attendance.Lessons;

/// <summary>Keeps the copy of a meeting, and plans the calculation of its dates. Facts that waited for it are there already.</summary>
internal sealed class RememberMeeting(Database db, CalculationSignal signal, TimeProvider clock, IOptions<AttendanceOptions> options)
{
    private const string Before = "select provider, provider_meeting_id, class_id from meeting where id = @MeetingId for update";

    private const string Upsert = """
        insert into meeting (id, version, academy_id, class_id, owner_id, host_id, title, room_id, provider, provider_meeting_id, time_zone, audience, state)
        values (@MeetingId, @Version, @AcademyId, @ClassId, @OwnerId, @HostId, @Title, @RoomId, @Provider, @ProviderMeetingId, @TimeZone, @Audience, @State)
        on conflict (id) do update set version = excluded.version, academy_id = excluded.academy_id, class_id = excluded.class_id,
            owner_id = excluded.owner_id, host_id = excluded.host_id, title = excluded.title, room_id = excluded.room_id, provider = excluded.provider,
            provider_meeting_id = excluded.provider_meeting_id, time_zone = excluded.time_zone, audience = excluded.audience, state = excluded.state
        where meeting.version < excluded.version
        """;

    // What was calculated for a date stays, also when the date is gone.
    private const string RemoveDates = """
        with gone as (delete from occurrence where meeting_id = @MeetingId and id <> all(@ids) returning id)
        delete from calculation where occurrence_id in (select id from gone)
        """;

    private const string UpsertDates = """
        insert into occurrence (id, meeting_id, starts_at, duration_minutes, is_cancelled, known_since)
        select id, @MeetingId, starts_at, minutes, cancelled, @now
        from unnest(@ids, @starts, @minutes, @cancelled) as dates (id, starts_at, minutes, cancelled) order by id
        on conflict (id) do update set starts_at = excluded.starts_at, duration_minutes = excluded.duration_minutes, is_cancelled = excluded.is_cancelled
        where (occurrence.starts_at, occurrence.duration_minutes, occurrence.is_cancelled)
            is distinct from (excluded.starts_at, excluded.duration_minutes, excluded.is_cancelled)
        returning id
        """;

    private const string Ends = "select sitting_id, at from fact where provider = @Provider and provider_meeting_id = @ProviderMeetingId and kind = 2";

    private const string Forget = "delete from calculation where occurrence_id = any(@ids) and reason = 'timeout'";

    /// <summary>Keeps the highest version, whichever came first.</summary>
    public async Task HandleAsync(MeetingChanged meeting, CancellationToken ct)
    {
        await using var session = await db.BeginAsServiceAsync(ct);
        var before = await session.QuerySingleOrDefaultAsync<Known>(Before, meeting, ct);
        if (await session.ExecuteAsync(Upsert, meeting, ct) == 0) return;
        if (meeting.ProviderMeetingId is { } name) await LessonStore.LockForMeetingAsync(session, meeting.Provider, name, ct);

        var ids = meeting.Occurrences.Select(date => date.OccurrenceId).ToArray();
        await session.ExecuteAsync(RemoveDates, new { meeting.MeetingId, ids }, ct);
        var moved = await session.QueryAsync<Guid>(UpsertDates, new
        {
            meeting.MeetingId,
            ids,
            starts = meeting.Occurrences.Select(date => date.StartsAt.ToUniversalTime()).ToArray(),
            minutes = meeting.Occurrences.Select(date => date.DurationMinutes).ToArray(),
            cancelled = meeting.Occurrences.Select(date => date.IsCancelled).ToArray(),
            now = clock.GetUtcNow(),
        }, ct);

        DateTimeOffset? due = null;
        if (meeting.State == "cancelled")
        {
            await session.ExecuteAsync(Forget, new { ids }, ct);
        }
        else
        {
            // Another title or state changes no record; another date, class or provider's name may change all.
            var same = before == new Known(meeting.Provider, meeting.ProviderMeetingId, meeting.ClassId);
            var dates = meeting.Occurrences.Where(date => !date.IsCancelled && (!same || moved.Contains(date.OccurrenceId))).ToArray();
            if (dates.Length > 0) due = await PlanAsync(session, meeting, dates, ct);
        }

        await session.CommitAsync(ct);
        if (due is { } wake) signal.WakeAt(wake);
    }

    private async Task<DateTimeOffset> PlanAsync(DatabaseSession session, MeetingChanged meeting, MeetingOccurrence[] dates, CancellationToken ct)
    {
        var lessons = meeting.Occurrences
            .Select(date => new KnownOccurrence(date.OccurrenceId, meeting.MeetingId, date.StartsAt, date.DurationMinutes, default).ToLesson(TimeZoneInfo.Utc)).ToArray();
        var ends = meeting.ProviderMeetingId is null ? [] : await session.QueryAsync<End>(Ends, meeting, ct);
        var ended = ends.Select(end => SittingAssignment.Nearest(lessons, end.At)!.OccurrenceId).ToHashSet();

        var now = clock.GetUtcNow();
        var plans = lessons.Where(lesson => dates.Any(date => date.OccurrenceId == lesson.OccurrenceId)).Select(lesson =>
            ended.Contains(lesson.OccurrenceId)
                ? (lesson.OccurrenceId, Due: now + options.Value.SettleDelay, Reason: "ended")
                : (lesson.OccurrenceId, Due: Finality.TimeOut(lesson, now), Reason: "timeout")).ToArray();
        await Schedule.LessonsChangedAsync(session, plans, ct);
        return plans.Min(plan => plan.Due);
    }

    private sealed record Known(string Provider, string? ProviderMeetingId, Guid? ClassId);

    private sealed record End(string SittingId, DateTimeOffset At);
}

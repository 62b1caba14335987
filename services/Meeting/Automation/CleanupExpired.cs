using Meetings.Meeting.Lifecycle;
using Meetings.Meeting.Providers;
using Meetings.Meeting.Scheduling;
using Meetings.ServiceDefaults.Background;
using Meetings.ServiceDefaults.Data;
using Meetings.ServiceDefaults.Security;
using Microsoft.Extensions.Options;

namespace Meetings.Meeting.Automation;

/// <summary>
/// Ends lessons that are past their end: nobody stays in the provider's room, and what nobody came to is over as well. Every half hour by itself, and when staff asks for it.
/// Attendance calculates from the end as it does from any other. Each lesson is claimed, and is done or fails by itself.
/// </summary>
internal sealed partial class CleanupExpired(
    IServiceProvider services, Database db, LessonWork work, VideoSettingsStore store, TimeProvider clock, IOptions<AutomationOptions> options, ILogger<CleanupExpired> logger) : IPeriodicWork
{
    /// <param name="DryRun">Nothing was done: this is what would be.</param>
    /// <param name="SessionsChecked">Lessons past their planned end that are not over.</param>
    /// <param name="MeetingsEnded">Of these, how many were ended.</param>
    /// <param name="MeetingsFailedToEnd">How many their provider did not end; they are tried again with the next round.</param>
    /// <param name="Meetings">Each of them: <c>due</c>, <c>ended</c>, <c>failed</c>, <c>taken</c> by another replica, <c>left</c> to the next round when there were too many for one request, or why not now.</param>
    public sealed record Response(
        bool DryRun, int SessionsChecked, int MeetingsEnded, int MeetingsFailedToEnd, IReadOnlyList<AutomationError> Errors, IReadOnlyList<AutomatedLesson> Meetings);

    private sealed record Lesson(
        Guid OccurrenceId, Guid MeetingId, DateTimeOffset StartsAt, DateTimeOffset EndsAt, MeetingState State, bool IsInstant, Guid AcademyId, string? Settings)
    {
        public AutomatedLesson As(string outcome) => new(MeetingId, OccurrenceId, AcademyId, StartsAt, outcome);
    }

    public TimeSpan Every => options.Value.CleanUpEvery;

    public static void Map(RouteGroupBuilder automation) => automation.MapPost(
        "/cleanup-expired", (bool? dryRun, Guid? academyId, Caller caller, KnownAcademies academies, CleanupExpired useCase, CancellationToken ct) =>
            academies.AnswerAsync(caller, academyId, academy => useCase.RunAsync(academy, dryRun ?? false, CallerPatience.WithProvider, ct), ct))
        .WithName("CleanupExpiredMeetings")
        .Produces<Response>();

    public Task RunAsync(CancellationToken ct) => RunAsync(academyId: null, dryRun: false, patience: null, ct);

    /// <summary>One round.</summary>
    /// <param name="academyId">Null: of all of them.</param>
    /// <param name="dryRun">Changes nothing.</param>
    /// <param name="patience">How long somebody waits for it; null: nobody does.</param>
    /// <param name="ct">Cancels the work between two lessons.</param>
    internal async Task<Response> RunAsync(Guid? academyId, bool dryRun, TimeSpan? patience, CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        IReadOnlyList<Lesson> lessons;
        await using (var session = await db.BeginAsServiceAsync(ct)) lessons = await session.QueryAsync<Lesson>(Find, new { now, academyId }, ct);

        var (outcomes, errors) = await work.DoAsync(
            [.. lessons.Select(lesson =>
            {
                var verdict = CleanupDecision.Of(store.Parse(lesson.Settings), lesson.IsInstant, lesson.State, lesson.EndsAt, now);
                return new JobLesson(lesson.As(Word(verdict)), lesson.State, verdict is CleanupVerdict.Due && !dryRun ? stop => EndAsync(lesson, stop) : null);
            })], "ended", patience, ct);

        var ended = outcomes.Count(outcome => outcome.Outcome == "ended");
        if (ended + errors.Count > 0) LogRan(ended, errors.Count);
        return new Response(dryRun, lessons.Count, ended, errors.Count, errors, outcomes);
    }

    /// <summary>First at the provider, then here, as when a person ends it. False when it is over meanwhile.</summary>
    private async Task<bool> EndAsync(Lesson lesson, CancellationToken ct)
    {
        MeetingRow? meeting;
        await using (var session = await db.BeginAsServiceAsync(ct)) meeting = await MeetingRow.FindAsync(session, lesson.MeetingId, ct);
        if (meeting?.ProviderMeetingId is not { } number) return false;

        // The room of a series may be in use for another of its dates: then nobody is put out of it for this one.
        var isHere = meeting.CurrentOccurrence == lesson.OccurrenceId && (lesson.State is MeetingState.Live || meeting.State is not MeetingState.Live);
        if (isHere && (lesson.State is MeetingState.Live || meeting.OpensAhead))
        {
            await using var scope = services.CreateAsyncScope();
            await scope.ServiceProvider.GetRequiredService<MeetingProviders>()[meeting.Provider].EndAsync(number, ct);
        }

        var now = clock.GetUtcNow();
        await using var write = await db.BeginAsServiceAsync(ct);
        await MeetingRefresh.LockAsync(write, meeting.Provider, number, ct);
        if (await write.QuerySingleOrDefaultAsync<string>(State, new { lesson.OccurrenceId }, ct) != lesson.State.Word()) return false;
        if (lesson.State is MeetingState.Live) await EndMeeting.WriteAsync(write, meeting, now);
        else await write.ExecuteAsync(Close, new { lesson.OccurrenceId, meeting.Id, now, isHere }, ct);
        await new AuditEntry("ended-by-schedule", Detail: new { lesson.OccurrenceId }).SaveAsync(write, meeting, AuditEntry.TheService, now, ct);
        await MeetingRefresh.ApplyAsync(write, meeting.Id, now, changed: false, ct);
        await write.CommitAsync(ct);
        return true;
    }

    private static string Word(CleanupVerdict verdict) => verdict switch
    {
        CleanupVerdict.Due => "due",
        CleanupVerdict.SwitchedOff => "switched-off",
        CleanupVerdict.AdHoc => "ad-hoc-room",
        _ => "not-yet",
    };

    private const string Find = """
        select o.id as occurrence_id, o.meeting_id, o.starts_at, o.starts_at + make_interval(mins => o.duration_minutes) as ends_at, o.state,
               m.type = 'instant' as is_instant, m.academy_id, s.settings::text as settings
        from occurrence o
        join meeting m on m.id = o.meeting_id
        left join video_settings s on s.academy_id = m.academy_id
        where o.state in ('scheduled', 'ready', 'live') and o.starts_at between @now - interval '30 days' and @now and o.starts_at + make_interval(mins => o.duration_minutes) <= @now
          and m.provider_meeting_id is not null and m.deleted_at is null and m.cancelled_at is null and (@academyId::uuid is null or m.academy_id = @academyId)
        order by o.starts_at, o.id
        """;

    // The meeting before its dates, as everybody else does.
    private const string State = """
        select o.state from occurrence o join meeting m on m.id = o.meeting_id where o.id = @OccurrenceId and o.cancelled_at is null for update of m
        """;

    private const string Close = """
        with room as (update meeting set is_at_provider = false where id = @Id and opens_ahead and @isHere)
        update occurrence set closed_at = @now where id = @OccurrenceId
        """;

    [LoggerMessage(Level = LogLevel.Information, Message = "{Ended} lessons past their end were ended, {Failed} were not")]
    private partial void LogRan(int ended, int failed);
}

using Meetings.Meeting.Joining;
using Meetings.Meeting.Lifecycle;
using Meetings.Meeting.Scheduling;
using Meetings.ServiceDefaults.Background;
using Meetings.ServiceDefaults.Data;
using Meetings.ServiceDefaults.Security;
using Microsoft.Extensions.Options;

namespace Meetings.Meeting.Automation;

/// <summary>
/// Opens rooms ahead of lessons: every few minutes by itself, and when staff asks for it. Each lesson is claimed, so that several replicas share the work, and is done or
/// fails by itself.
/// </summary>
internal sealed partial class CreateScheduled(
    IServiceProvider services, Database db, LessonWork work, VideoSettingsStore store, TimeProvider clock, IOptions<AutomationOptions> options, ILogger<CreateScheduled> logger) : IPeriodicWork
{
    /// <param name="DryRun">Nothing was done: this is what would be.</param>
    /// <param name="MeetingsCreated">Rooms opened.</param>
    /// <param name="MeetingsFailed">Rooms that their provider did not open; they are tried again with the next round.</param>
    /// <param name="SessionsProcessed">Lessons whose room was due.</param>
    /// <param name="Meetings">Every lesson that starts within two hours and has no room: <c>due</c>, <c>created</c>, <c>failed</c>, <c>taken</c> by another replica, <c>left</c> to the next round when there were too many for one request, or why not now.</param>
    public sealed record Response(
        bool DryRun, int MeetingsCreated, int MeetingsFailed, int SessionsProcessed, IReadOnlyList<AutomationError> Errors, IReadOnlyList<AutomatedLesson> Meetings);

    private sealed record Lesson(
        Guid OccurrenceId, Guid MeetingId, DateTimeOffset StartsAt, Guid AcademyId, string TimeZone, string? Settings)
    {
        public AutomatedLesson As(string outcome) => new(MeetingId, OccurrenceId, AcademyId, StartsAt, outcome);
    }

    public TimeSpan Every => options.Value.CreateEvery;

    public static void Map(RouteGroupBuilder automation) => automation.MapPost(
        "/create-scheduled", (bool? dryRun, Guid? academyId, Caller caller, KnownAcademies academies, CreateScheduled useCase, CancellationToken ct) =>
            academies.AnswerAsync(caller, academyId, academy => useCase.RunAsync(academy, dryRun ?? false, CallerPatience.WithProvider, ct), ct))
        .WithName("CreateScheduledMeetings")
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
        await using (var session = await db.BeginAsServiceAsync(ct))
            lessons = await session.QueryAsync<Lesson>(Find, new { now, Until = now + CreationDecision.Horizon, academyId }, ct);

        var (outcomes, errors) = await work.DoAsync(
            [.. lessons.Select(lesson =>
            {
                var verdict = CreationDecision.Of(store.Parse(lesson.Settings), AutomationZones.Of(lesson.TimeZone), lesson.StartsAt, now);
                return new JobLesson(
                    lesson.As(Word(verdict)), MeetingState.Scheduled, verdict is CreationVerdict.Due && !dryRun ? stop => OpenAsync(lesson, stop) : null);
            })], "created", patience, ct);

        int Count(params string[] words) => outcomes.Count(outcome => words.Contains(outcome.Outcome));
        var response = new Response(dryRun, Count("created"), errors.Count, Count("due", "created", LessonWork.Failed, LessonWork.Left), errors, outcomes);
        if (response.SessionsProcessed > 0 && !dryRun) LogRan(response.MeetingsCreated, response.MeetingsFailed);
        return response;
    }

    private async Task<bool> OpenAsync(Lesson lesson, CancellationToken ct)
    {
        MeetingRow? meeting;
        await using (var session = await db.BeginAsServiceAsync(ct)) meeting = await MeetingRow.FindAsync(session, lesson.MeetingId, ct);
        if (meeting is null || meeting.CurrentOccurrence != lesson.OccurrenceId || meeting.IsAtProvider) return false;

        await using var scope = services.CreateAsyncScope();
        await scope.ServiceProvider.GetRequiredService<RoomOpener>().OpenAsync(meeting, ct);
        await using var done = await db.BeginAsServiceAsync(ct);
        await done.ExecuteAsync(Opened, new { lesson.OccurrenceId, Now = clock.GetUtcNow() }, ct);
        await done.CommitAsync(ct);
        return true;
    }

    private static string Word(CreationVerdict verdict) => verdict switch
    {
        CreationVerdict.Due => "due",
        CreationVerdict.SwitchedOff => "switched-off",
        CreationVerdict.BlockedDay => "blocked-day",
        CreationVerdict.TooEarly => "too-early",
        CreationVerdict.Begun => "begun",
        _ => "outside-window",
    };

    private const string Find = """
        select o.id as occurrence_id, o.meeting_id, o.starts_at, m.academy_id, coalesce(a.time_zone, 'UTC') as time_zone, s.settings::text as settings
        from occurrence o
        join meeting m on m.id = o.meeting_id and m.current_occurrence = o.id
        left join academy a on a.academy_id = m.academy_id
        left join video_settings s on s.academy_id = m.academy_id
        where o.state = 'scheduled' and o.starts_at between @now and @Until and m.opens_ahead and not m.is_at_provider and m.deleted_at is null
          and m.cancelled_at is null and (@academyId::uuid is null or m.academy_id = @academyId)
        order by o.starts_at, o.id
        """;

    private const string Opened = "update occurrence set auto_opened_at = @Now where id = @OccurrenceId";

    [LoggerMessage(Level = LogLevel.Information, Message = "{Created} rooms were opened ahead, {Failed} were not")]
    private partial void LogRan(int created, int failed);
}

using Meetings.Meeting.Lifecycle;
using Meetings.Meeting.Providers;
using Meetings.ServiceDefaults.Data;

namespace Meetings.Meeting.Automation;

/// <summary>A lesson that a job looked at.</summary>
/// <param name="Lesson">With what was decided of it, in a word.</param>
/// <param name="State">In which it was found: in another it was worked on meanwhile.</param>
/// <param name="Work">What is to be done with it; null for nothing. False when there is nothing to do any more.</param>
internal sealed record JobLesson(AutomatedLesson Lesson, MeetingState State, Func<CancellationToken, Task<bool>>? Work);

/// <summary>
/// The frame of what a job does with lessons: a few at once, one replica at a time on each; what fails is told and tried again, and nothing that fails stops another.
/// </summary>
internal sealed partial class LessonWork(Database db, TimeProvider clock, ILogger<LessonWork> logger)
{
    public const string Failed = "failed";
    public const string Left = "left";
    private const string Taken = "taken";

    // A provider's calls take their time, and the account has so many a second.
    private const int AtOnce = 4;

    /// <summary>Longer than a provider's call may take: whoever died over it is followed by another.</summary>
    private static readonly TimeSpan Lease = TimeSpan.FromMinutes(2);

    /// <param name="lessons">Those whose time comes first, first.</param>
    /// <param name="done">The word for what is done.</param>
    /// <param name="patience">How long somebody waits for it: what is not begun by then is left to the next round. Null: nobody does.</param>
    /// <param name="ct">Cancels the work between two lessons.</param>
    /// <returns>What became of each, in their order, in a word: <paramref name="done"/>, <c>taken</c>, <c>failed</c>, <c>left</c>, or what was decided.</returns>
    public async Task<(IReadOnlyList<AutomatedLesson> Outcomes, IReadOnlyList<AutomationError> Errors)> DoAsync(
        IReadOnlyList<JobLesson> lessons, string done, TimeSpan? patience, CancellationToken ct)
    {
        var until = clock.GetUtcNow() + patience;
        var outcomes = new AutomatedLesson[lessons.Count];
        var errors = new AutomationError?[lessons.Count];
        await Parallel.ForAsync(0, lessons.Count, new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = ct }, async (i, cancelled) =>
        {
            var (lesson, state, work) = lessons[i];
            if (work is not null)
            {
                var (outcome, error) = clock.GetUtcNow() >= until ? (Left, null) : await DoOneAsync(lesson, state, done, work, cancelled);
                (lesson, errors[i]) = (lesson with { Outcome = outcome }, error);
            }

            outcomes[i] = lesson;
        });
        return (outcomes, [.. errors.OfType<AutomationError>()]);
    }

    private async Task<(string Outcome, AutomationError? Error)> DoOneAsync(
        AutomatedLesson lesson, MeetingState state, string done, Func<CancellationToken, Task<bool>> work, CancellationToken ct)
    {
        try
        {
            if (!await TryClaimAsync(lesson.OccurrenceId, state, ct)) return (Taken, null);
            var worked = await work(ct);
            await ReleaseAsync(lesson.OccurrenceId, ct);
            return (worked ? done : Taken, null);
        }
        catch (Exception e) when (!ct.IsCancellationRequested)
        {
            var code = CodeOf(e);
            // A provider's answer is told by its code; anything else is to be looked at.
            LogFailed(e is ProviderException ? null : e, lesson.MeetingId, done, code);
            await TryReleaseAsync(lesson.OccurrenceId, ct);
            return (Failed, new AutomationError(lesson.MeetingId, lesson.OccurrenceId, code));
        }
    }

    private async Task<bool> TryClaimAsync(Guid occurrenceId, MeetingState state, CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        await using var session = await db.BeginAsServiceAsync(ct);
        var claimed = await session.ExecuteAsync(Claim, new { occurrenceId, State = state.Word(), now, Until = now + Lease }, ct) == 1;
        await session.CommitAsync(ct);
        return claimed;
    }

    private async Task ReleaseAsync(Guid occurrenceId, CancellationToken ct)
    {
        await using var session = await db.BeginAsServiceAsync(ct);
        await session.ExecuteAsync("update occurrence set worked_until = null where id = @occurrenceId", new { occurrenceId }, ct);
        await session.CommitAsync(ct);
    }

    private async Task TryReleaseAsync(Guid occurrenceId, CancellationToken ct)
    {
        try
        {
            await ReleaseAsync(occurrenceId, ct);
        }
        catch (Exception e) when (DatabaseTrouble.Passes(e))
        {
            // The lease runs out by itself.
        }
    }

    private static string CodeOf(Exception failure) => failure switch
    {
        ProviderException { Failure: ProviderFailure.Unavailable } or OperationCanceledException => "provider-unavailable",
        ProviderException => "provider-refused",
        _ when DatabaseTrouble.Passes(failure) => "temporarily-unavailable",
        _ => "internal-error",
    };

    private const string Claim = """
        update occurrence set worked_until = @Until where id = @occurrenceId and (worked_until is null or worked_until <= @now) and state = @State
        """;

    [LoggerMessage(Level = LogLevel.Warning, Message = "Meeting {MeetingId} could not be {Done} by the clock: {Code}; it is tried again")]
    private partial void LogFailed(Exception? exception, Guid meetingId, string done, string code);
}

using Meetings.Meeting.Lifecycle;
using Meetings.Meeting.Providers;
using Meetings.ServiceDefaults.Data;

namespace Meetings.Meeting.Automation;

/// <summary>The frame of what a job does with one lesson: one replica at a time works on it, what fails is told and tried again, and nothing that fails stops another.</summary>
internal sealed partial class LessonWork(Database db, TimeProvider clock, ILogger<LessonWork> logger)
{
    public const string Failed = "failed";

    /// <summary>Longer than a provider's call may take: whoever died over it is followed by another.</summary>
    private static readonly TimeSpan Lease = TimeSpan.FromMinutes(2);

    /// <param name="lesson">Which.</param>
    /// <param name="state">In which it was found: in another it was worked on meanwhile.</param>
    /// <param name="done">The word for what <paramref name="work"/> does.</param>
    /// <param name="errors">Gets what fails.</param>
    /// <param name="work">False when there is nothing to do any more.</param>
    /// <param name="ct">Cancels the work.</param>
    /// <returns>What became of it, in a word: <paramref name="done"/>, <c>taken</c> or <c>failed</c>.</returns>
    public async Task<string> DoAsync(AutomatedLesson lesson, MeetingState state, string done, List<AutomationError> errors, Func<Task<bool>> work, CancellationToken ct)
    {
        try
        {
            if (!await TryClaimAsync(lesson.OccurrenceId, state, ct)) return "taken";
            var worked = await work();
            await ReleaseAsync(lesson.OccurrenceId, ct);
            return worked ? done : "taken";
        }
        catch (Exception e) when (!ct.IsCancellationRequested)
        {
            var code = CodeOf(e);
            errors.Add(new AutomationError(lesson.MeetingId, lesson.OccurrenceId, code));
            // A provider's answer is told by its code; anything else is to be looked at.
            LogFailed(e is ProviderException ? null : e, lesson.MeetingId, done, code);
            await TryReleaseAsync(lesson.OccurrenceId, ct);
            return Failed;
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

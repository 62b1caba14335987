using Meetings.Attendance.Recording;
using Meetings.Attendance.Lessons;
using Meetings.Attendance.Sheets;
using Meetings.Contracts.Sittings;
using Meetings.ServiceDefaults.Data;
using Microsoft.Extensions.Options;

namespace Meetings.Attendance.Calculation;

/// <summary>
/// Makes the records of one lesson final: asks the provider for its own list, evaluates all facts, writes what changed and publishes it. Done again
/// when something comes late; nothing new changes nothing.
/// </summary>
internal sealed partial class CalculateOccurrence(
    Database db, SheetSource sheets, ProviderReport report, TimeProvider clock, IOptions<AttendanceOptions> options,
    ILogger<CalculateOccurrence> logger)
{
    /// <returns>False when something came in meanwhile: it is to be done again.</returns>
    public async Task<bool> HandleAsync(Claimed work, CancellationToken ct)
    {
        var read = await ReadAsync(work.OccurrenceId, ct);
        if (read is not { } inputs) return await DropAsync(work, ct);

        var before = inputs.Before;
        if (!inputs.IsOver(clock.GetUtcNow())) return await ReopenAsync(work, inputs, before, ct);

        // A report that was there once is not asked for again: late facts need no second opinion on the early ones. A later sitting has one of its own.
        var complete = before is { Report: true } && !IsReconvened(inputs, before);
        if (!complete)
        {
            (var rows, complete) = await AskForReportsAsync(inputs, ct);
            if (rows.Count > 0)
            {
                await AddAsync(rows, ct);
                inputs = (await ReadAsync(work.OccurrenceId, ct))!;
                before = inputs.Before;
            }
        }

        return await WriteAsync(work, inputs, before, complete, ct);
    }

    private async Task<SheetInputs?> ReadAsync(Guid occurrenceId, CancellationToken ct)
    {
        if (await MeetingAsync(occurrenceId, ct) is not { } meeting) return null;
        await MeetWritersAsync(meeting, ct);
        return await sheets.ReadAsync(meeting, occurrenceId, caller: null, ct);
    }

    // Whoever wrote facts before this work was taken up saw it waiting, and so left it alone: those facts are to be seen here. Whoever writes from now on
    // sees that it is taken up.
    private async Task MeetWritersAsync(KnownMeeting meeting, CancellationToken ct)
    {
        if (meeting.ProviderMeetingId is not { } name) return;
        await using var session = await db.BeginAsServiceAsync(ct);
        await LessonStore.LockForMeetingAsync(session, meeting.Provider, name, ct);
    }

    private async Task<KnownMeeting?> MeetingAsync(Guid occurrenceId, CancellationToken ct)
    {
        await using var session = await db.BeginAsServiceAsync(ct);
        return await LessonStore.OfOccurrenceAsync(session, occurrenceId, ct);
    }

    private async Task<(List<ToldFact> Rows, bool Complete)> AskForReportsAsync(SheetInputs inputs, CancellationToken ct)
    {
        var rows = new List<ToldFact>();
        var complete = inputs.Facts.Count > 0;
        foreach (var sitting in inputs.Facts.Select(fact => fact.Sitting).Distinct(StringComparer.Ordinal))
        {
            var key = new SittingKey(inputs.Meeting.Provider, inputs.Meeting.ProviderMeetingId!, sitting);
            if (await report.TryReadAsync(key, ct) is { } told) rows.AddRange(told);
            else complete = false;
        }

        return (rows, complete);
    }

    private async Task AddAsync(IReadOnlyList<ToldFact> rows, CancellationToken ct)
    {
        await using var session = await db.BeginAsServiceAsync(ct);
        await FactStore.AddAsync(session, rows, ct);
        await session.CommitAsync(ct);
    }

    private async Task<bool> WriteAsync(Claimed work, SheetInputs inputs, KnownResult? before, bool complete, CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        var sheet = inputs.Evaluate(now, final: true);
        await using var session = await db.BeginAsServiceAsync(ct);
        if (!await Schedule.TryCompleteAsync(session, work, ct)) return false;

        var changed = await RecordStore.WriteAsync(session, inputs, sheet, now, ct);
        await ResultStore.KeepDifferencesAsync(session, inputs.Lesson.OccurrenceId, Reconciliation.Compare(inputs.Facts), now, ct);

        // Siblings that took a later sitting for a reopening wait to hear that it is over, also when it changed nobody's mark.
        var reconvened = before is null || IsReconvened(inputs, before);
        var attempts = (reconvened ? 0 : before!.ReportAttempts) + 1;
        var news = reconvened || changed > 0 || !before!.IsFinal || before.NoShow != sheet.NoShow;
        var version = (before?.Version ?? 0) + (news ? 1 : 0);
        await ResultStore.KeepAsync(session, inputs, sheet, version, complete, attempts, now, ct);
        if (!complete && !sheet.NoData && attempts <= options.Value.ReportRetries)
        {
            var due = now + (options.Value.ReportRetryDelay * Math.Pow(2, attempts - 1));
            await Schedule.LessonsChangedAsync(session, [(work.OccurrenceId, due, "report")], ct);
        }

        if (news) session.Publish(await ResultStore.AnnounceAsync(session, inputs, sheet, version, now, ct));
        await session.CommitAsync(ct);
        LogFinal(work.OccurrenceId, version, changed, complete);
        return true;
    }

    private static bool IsReconvened(SheetInputs inputs, KnownResult before) => inputs.NewestSittingHeard > before.FinalisedAt;

    // A sitting runs, or what ended was a rehearsal: not now. What was final is so no longer.
    private async Task<bool> ReopenAsync(Claimed work, SheetInputs inputs, KnownResult? before, CancellationToken ct)
    {
        await using var session = await db.BeginAsServiceAsync(ct);
        if (!await Schedule.TryPostponeAsync(session, work, inputs.TimeOut, "timeout", ct)) return false;
        if (before is { IsFinal: true }) await ResultStore.ReopenAsync(session, work.OccurrenceId, ct);
        await session.CommitAsync(ct);
        return true;
    }

    // The date is gone from its meeting.
    private async Task<bool> DropAsync(Claimed work, CancellationToken ct)
    {
        await using var session = await db.BeginAsServiceAsync(ct);
        if (!await Schedule.TryCompleteAsync(session, work, ct)) return false;
        await session.CommitAsync(ct);
        return true;
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Occurrence {OccurrenceId} is final, version {Version}: {Changed} records changed, report {Report}")]
    private partial void LogFinal(Guid occurrenceId, long version, int changed, bool report);
}

using Meetings.Attendance.Recording;
using Meetings.Attendance.Lessons;
using Meetings.Attendance.School;
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
        if (await ReadAsync(work, ct) is not { } read) return await DropAsync(work, ct);
        if (!read.Inputs.IsOver(clock.GetUtcNow())) return await ReopenAsync(read, ct);

        // A report that was there once is not asked for again: late facts need no second opinion on the early ones. A later sitting has one of its own.
        // One that never comes is asked for a few times, whatever else makes the lesson be calculated again.
        var before = read.Inputs.Before;
        var asked = read.IsReconvened || (before is { Report: false } && before.ReportAttempts <= options.Value.ReportRetries);
        var complete = !asked && before!.Report;
        if (asked)
        {
            (var rows, complete) = await AskForReportsAsync(read.Inputs.Meeting, read.Sittings, ct);
            if (rows.Count > 0)
            {
                await AddAsync(rows, ct);
                if (await ReadAsync(work, ct) is not { } again) return await DropAsync(work, ct);

                // While the provider was asked a sitting may have begun. It may be over, too: then nobody has asked about it.
                if (!again.Inputs.IsOver(clock.GetUtcNow())) return await ReopenAsync(again, ct);
                complete &= again.Sittings.IsSubsetOf(read.Sittings);
                read = again;
            }
        }

        return await WriteAsync(read, complete, asked, ct);
    }

    private async Task<Reading?> ReadAsync(Claimed work, CancellationToken ct)
    {
        if (await MeetingAsync(work.OccurrenceId, ct) is not { } meeting) return null;
        await MeetWritersAsync(meeting, ct);

        work = await AsOfNowAsync(work, ct);
        var inputs = await sheets.ReadAsync(meeting, work.OccurrenceId, caller: null, ct);

        // What came in meanwhile is read at once, before the provider is asked. Often the reading itself learned of a class or of people.
        var now = await AsOfNowAsync(work, ct);
        return now == work ? new Reading(work, inputs) : new Reading(now, await sheets.ReadAsync(meeting, work.OccurrenceId, caller: null, ct));
    }

    // Whoever wrote facts before this work was taken up saw it waiting, and so left it alone, and so did whoever changed the school: that is to be seen
    // here. Whoever writes from now on sees that it is taken up.
    private async Task MeetWritersAsync(KnownMeeting meeting, CancellationToken ct)
    {
        await using var session = await db.BeginAsServiceAsync(ct);
        await SchoolLock.ForCalculationAsync(session, meeting.AcademyId, ct);
        if (meeting.ProviderMeetingId is { } name) await LessonStore.LockForMeetingAsync(session, meeting.Provider, name, ct);
    }

    private async Task<Claimed> AsOfNowAsync(Claimed work, CancellationToken ct)
    {
        await using var session = await db.BeginAsServiceAsync(ct);
        return await Schedule.AsOfNowAsync(session, work, ct);
    }

    private async Task<KnownMeeting?> MeetingAsync(Guid occurrenceId, CancellationToken ct)
    {
        await using var session = await db.BeginAsServiceAsync(ct);
        return await LessonStore.OfOccurrenceAsync(session, occurrenceId, ct);
    }

    private async Task<(List<ToldFact> Rows, bool Complete)> AskForReportsAsync(KnownMeeting meeting, HashSet<string> sittings, CancellationToken ct)
    {
        var rows = new List<ToldFact>();
        var complete = sittings.Count > 0;

        // Each answer may take the ten seconds of an internal call. Beyond the lease the work would be another's, and begin anew for ever.
        var enough = clock.GetUtcNow() + (options.Value.Lease / 2);
        foreach (var sitting in sittings)
        {
            if (clock.GetUtcNow() >= enough) return (rows, false);
            var key = new SittingKey(meeting.Provider, meeting.ProviderMeetingId!, sitting);
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

    private async Task<bool> WriteAsync(Reading read, bool complete, bool asked, CancellationToken ct)
    {
        var (work, inputs) = read;
        var before = inputs.Before;
        var now = clock.GetUtcNow();
        var sheet = inputs.Evaluate(now, final: true);
        await using var session = await db.BeginAsServiceAsync(ct);
        var changed = await RecordStore.WriteAsync(session, inputs, sheet, now, ct);
        await ResultStore.KeepDifferencesAsync(session, work.OccurrenceId, Reconciliation.Compare(inputs.Facts), now, ct);
        await LessonIdentities.KeepAsync(session, inputs, ct);

        // Siblings that took a later sitting for a reopening wait to hear that it is over, also when it changed nobody's mark.
        var attempts = (read.IsReconvened ? 0 : before!.ReportAttempts) + (asked ? 1 : 0);
        var news = read.IsReconvened || changed > 0 || !before!.IsFinal || before.NoShow != sheet.NoShow;
        var version = (before?.Version ?? 0) + (news ? 1 : 0);
        await ResultStore.KeepAsync(session, inputs, sheet, version, complete, attempts, now, ct);
        if (news) session.Publish(await ResultStore.AnnounceAsync(session, inputs, sheet, version, now, ct));

        // Last, and undoing all of it when it fails: from here to the commit whoever writes a fact of this lesson waits, and with it the facts of others.
        if (!await Schedule.TryCompleteAsync(session, work, ct)) return false;
        if (asked && !complete && !sheet.NoData && attempts <= options.Value.ReportRetries)
        {
            var due = now + (options.Value.ReportRetryDelay * Math.Pow(2, attempts - 1));
            await Schedule.LessonsChangedAsync(session, [(work.OccurrenceId, due, "report")], ct);
        }

        await session.CommitAsync(ct);
        LogFinal(work.OccurrenceId, version, changed, complete);
        return true;
    }

    // A sitting runs, or what ended was a rehearsal: not now. What was final is so no longer.
    private async Task<bool> ReopenAsync(Reading read, CancellationToken ct)
    {
        await using var session = await db.BeginAsServiceAsync(ct);
        if (!await Schedule.TryPostponeAsync(session, read.Work, read.Inputs.TimeOut, "timeout", ct)) return false;
        if (read.Inputs.Before is { IsFinal: true }) await ResultStore.ReopenAsync(session, read.Work.OccurrenceId, ct);
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

    /// <param name="Work">As it stood when the reading began.</param>
    private sealed record Reading(Claimed Work, SheetInputs Inputs)
    {
        public HashSet<string> Sittings { get; } = Inputs.Facts.Select(fact => fact.Sitting).ToHashSet(StringComparer.Ordinal);

        /// <summary>The first time, or a sitting came after the last.</summary>
        public bool IsReconvened => Inputs.Before is not { } before || Inputs.NewestSittingHeard > before.FinalisedAt;
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Occurrence {OccurrenceId} is final, version {Version}: {Changed} records changed, report {Report}")]
    private partial void LogFinal(Guid occurrenceId, long version, int changed, bool report);
}

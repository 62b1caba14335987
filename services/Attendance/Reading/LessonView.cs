using Meetings.Attendance.Calculation;
using Meetings.Attendance.Lessons;
using Meetings.Attendance.Sheets;
using Meetings.ServiceDefaults.Data;
using Meetings.ServiceDefaults.Security;

namespace Meetings.Attendance.Reading;

/// <summary>Reads the sheet of a meeting's current date.</summary>
internal sealed class LessonView(Database db, SheetSource sheets, TimeProvider clock)
{
    /// <summary>The date that somebody who asks now means: the one that runs, else the nearest. Null for a meeting without any.</summary>
    public async Task<Guid?> CurrentAsync(DatabaseSession session, KnownMeeting meeting, CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        var lessons = (await LessonStore.OccurrencesAsync(session, meeting.Id, ct)).Select(date => date.ToLesson(TimeZoneInfo.Utc)).ToArray();
        return Ledger.SittingAssignment.Nearest(lessons, now)?.OccurrenceId;
    }

    /// <summary>What the facts say now, with the sight of the caller or, where the caller sees no facts, of the service.</summary>
    /// <exception cref="DirectoryIncompleteException">The academy or the class is not known.</exception>
    public async Task<(SheetInputs Inputs, Ledger.AttendanceSheet Sheet)> EvaluateAsync(
        KnownMeeting meeting, Guid occurrenceId, Caller? caller, CancellationToken ct)
    {
        await sheets.LearnAsync(meeting, ct);

        await using var session = caller is null ? await db.BeginAsServiceAsync(ct) : await db.BeginAsync(caller, ct);
        var inputs = await sheets.ReadAsync(session, meeting, occurrenceId, ct);
        var now = clock.GetUtcNow();
        var result = await ResultStore.FindAsync(session, occurrenceId, ct);
        return (inputs, inputs.Evaluate(now, final: result is { IsFinal: true } || now >= inputs.TimeOut));
    }
}

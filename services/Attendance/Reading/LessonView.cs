using Meetings.Attendance.Lessons;
using Meetings.Attendance.Sheets;
using Meetings.ServiceDefaults.Security;

namespace Meetings.Attendance.Reading;

/// <summary>Evaluates the sheet of a meeting's date.</summary>
internal sealed class LessonView(SheetSource sheets, TimeProvider clock)
{
    /// <summary>What the facts say now, with the sight of the caller or, where the caller sees no facts, of the service.</summary>
    /// <exception cref="DirectoryIncompleteException">The academy or the class is not known.</exception>
    public async Task<(SheetInputs Inputs, Ledger.AttendanceSheet Sheet)> EvaluateAsync(
        KnownMeeting meeting, Guid occurrenceId, Caller? caller, CancellationToken ct)
    {
        var inputs = await sheets.ReadAsync(meeting, occurrenceId, caller, ct);
        var now = clock.GetUtcNow();
        return (inputs, inputs.Evaluate(now, final: inputs.Before is { IsFinal: true } || now >= inputs.TimeOut));
    }
}

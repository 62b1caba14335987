using Meetings.Attendance.Calculation;
using Meetings.Attendance.Ledger;
using Meetings.Attendance.Lessons;
using Meetings.ServiceDefaults.Data;
using Microsoft.Extensions.Options;

namespace Meetings.Attendance.Recording;

/// <summary>
/// Writes facts, and in the same transaction the work that they cause: an end starts the settle delay of its lesson, and a late fact reopens one.
/// </summary>
internal sealed class RecordFacts(
    Database db, CalculationSignal signal, UnknownMeetings unknown, TimeProvider clock, IOptions<AttendanceOptions> options)
{
    /// <summary>All or nothing. Facts that are known already change nothing and cause nothing.</summary>
    /// <returns>For each fact true: it is in the ledger.</returns>
    public async Task<IReadOnlyList<bool>> WriteAsync(IReadOnlyList<ToldFact> facts, CancellationToken ct)
    {
        await using var session = await db.BeginAsServiceAsync(ct);
        var added = await FactStore.AddAsync(session, facts, ct);
        DateTimeOffset? due = null;
        List<(string Provider, string MeetingId)> strangers = [];
        if (added.Count > 0)
        {
            var meetings = added.Select(fact => (fact.Provider, fact.ProviderMeetingId)).Distinct().ToArray();
            await LessonStore.LockForFactsAsync(session, meetings, ct);
            var lessons = await LessonStore.OfProviderMeetingsAsync(session, meetings, ct);
            strangers = [.. meetings.Where(meeting => !lessons.Contains(meeting))];
            due = await ScheduleAsync(session, added, lessons, ct);
        }

        await session.CommitAsync(ct);
        if (due is { } wake) signal.WakeAt(wake);
        foreach (var (provider, meetingId) in strangers) unknown.Ask(provider, meetingId);
        return [.. facts.Select(_ => true)];
    }

    private async Task<DateTimeOffset?> ScheduleAsync(
        DatabaseSession session, IReadOnlyList<NewFact> added, ILookup<(string, string), Lesson> lessons, CancellationToken ct)
    {
        // Whether the lesson is over is decided when the work is due, from all its facts; here it is enough to know that something came.
        var touched = added
            .Select(fact => (Lesson: SittingAssignment.Nearest([.. lessons[(fact.Provider, fact.ProviderMeetingId)]], fact.At), Ended: fact.Kind == (short)FactKind.SittingEnded))
            .Where(fact => fact.Lesson is not null)
            .GroupBy(fact => fact.Lesson!.OccurrenceId, fact => fact.Ended)
            .ToDictionary(occurrence => occurrence.Key, occurrence => occurrence.Any(ended => ended));
        if (touched.Count == 0) return null;

        var now = clock.GetUtcNow();
        var ended = now + options.Value.SettleDelay;
        var late = now + options.Value.LateFactDelay;
        await Schedule.FactsCameAsync(session, touched, ended, late, ct);
        return late < ended ? late : ended;
    }
}

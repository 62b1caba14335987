using Dapper;
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
    // In one round trip. The second statement waits for who changes what the third reads.
    private const string Record = $"""
        {FactStore.Insert};
        {LessonStore.LockForFacts};
        {LessonStore.OfProviderMeetings}
        """;

    // Of meetings with several dates a fact belongs to the date on which its sitting began (SittingAssignment), which need not be the nearest to the fact.
    private const string Began = """
        select provider, provider_meeting_id, sitting_id, coalesce(min(at) filter (where kind = 1), min(at)) as at
        from fact where (provider, provider_meeting_id, sitting_id) in (select * from unnest(@providers, @meetings, @sittings))
        group by provider, provider_meeting_id, sitting_id
        """;

    /// <summary>All or nothing. Facts that are known already change nothing and cause nothing.</summary>
    /// <returns>For each fact true: it is in the ledger.</returns>
    public async Task<IReadOnlyList<bool>> WriteAsync(IReadOnlyList<ToldFact> facts, CancellationToken ct)
    {
        await using var session = await db.BeginAsServiceAsync(ct);
        var (added, lessons) = await RecordAsync(session, facts, ct);
        var due = await ScheduleAsync(session, added, lessons, ct);
        await session.CommitAsync(ct);

        if (due is { } wake) signal.WakeAt(wake);
        foreach (var (provider, meetingId) in added.Select(fact => (fact.Provider, fact.ProviderMeetingId)).Distinct())
            if (!lessons.Contains((provider, meetingId))) unknown.Ask(provider, meetingId);
        return [.. facts.Select(_ => true)];
    }

    private static async Task<(List<NewFact> Added, ILookup<(string, string), PlannedLesson> Lessons)> RecordAsync(
        DatabaseSession session, IReadOnlyList<ToldFact> facts, CancellationToken ct)
    {
        await using var rows = await session.QueryMultipleAsync(Record, FactStore.Rows(facts), ct);
        var added = (await rows.ReadAsync<NewFact>()).AsList();
        await rows.ReadAsync<string>();
        return (added, await LessonStore.DatesAsync(rows));
    }

    /// <summary>Plans what has to be calculated because of the new facts. Most come while their lesson runs and its calculation waits: those need nothing.</summary>
    /// <returns>When something is due that was not before.</returns>
    private async Task<DateTimeOffset?> ScheduleAsync(
        DatabaseSession session, List<NewFact> added, ILookup<(string, string), PlannedLesson> lessons, CancellationToken ct)
    {
        // Whether the lesson is over is decided when the work is due, from all its facts; here it is enough to know that something came.
        var planned = lessons.SelectMany(dates => dates).Where(date => date.IsPlanned).Select(date => date.Lesson.OccurrenceId).ToHashSet();
        var began = await BeganAsync(session, [.. added.Where(fact => lessons[(fact.Provider, fact.ProviderMeetingId)].Skip(1).Any())], ct);
        var touched = added
            .Select(fact => (
                Lesson: SittingAssignment.Nearest(
                    [.. lessons[(fact.Provider, fact.ProviderMeetingId)].Select(date => date.Lesson)],
                    began.GetValueOrDefault((fact.Provider, fact.ProviderMeetingId, fact.SittingId), fact.At)),
                Ended: fact.Kind == (short)FactKind.SittingEnded))
            .Where(fact => fact.Lesson is not null)
            .GroupBy(fact => fact.Lesson!.OccurrenceId, fact => fact.Ended)
            .Select(occurrence => (Id: occurrence.Key, Ended: occurrence.Any(ended => ended)))
            .Where(occurrence => occurrence.Ended || !planned.Contains(occurrence.Id))
            .ToDictionary(occurrence => occurrence.Id, occurrence => occurrence.Ended);
        if (touched.Count == 0) return null;

        var now = clock.GetUtcNow();
        var ended = now + options.Value.SettleDelay;
        var late = now + options.Value.LateFactDelay;
        await Schedule.FactsCameAsync(session, touched, ended, late, ct);
        return late < ended ? late : ended;
    }

    private static async Task<Dictionary<(string, string, string), DateTimeOffset>> BeganAsync(
        DatabaseSession session, IReadOnlyCollection<NewFact> facts, CancellationToken ct)
    {
        var sittings = facts.Select(fact => (fact.Provider, fact.ProviderMeetingId, fact.SittingId)).Distinct().ToArray();
        if (sittings.Length == 0) return [];
        var rows = await session.QueryAsync<Beginning>(Began, new
        {
            providers = Array.ConvertAll(sittings, sitting => sitting.Provider),
            meetings = Array.ConvertAll(sittings, sitting => sitting.ProviderMeetingId),
            sittings = Array.ConvertAll(sittings, sitting => sitting.SittingId),
        }, ct);
        return rows.ToDictionary(row => (row.Provider, row.ProviderMeetingId, row.SittingId), row => row.At);
    }

    private sealed record Beginning(string Provider, string ProviderMeetingId, string SittingId, DateTimeOffset At);
}

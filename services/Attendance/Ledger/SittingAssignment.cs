namespace Meetings.Attendance.Ledger;

/// <summary>Which planned date a sitting belongs to: the one nearest in time.</summary>
public static class SittingAssignment
{
    /// <summary>The lesson nearest to an instant: the one in whose window it lies, else the one with the nearer end. The earlier one when equally near.</summary>
    public static Lesson? Nearest(IReadOnlyCollection<Lesson> lessons, DateTimeOffset at) =>
        lessons.OrderBy(lesson => Distance(lesson, at)).ThenBy(lesson => lesson.StartsAt).ThenBy(lesson => lesson.OccurrenceId).FirstOrDefault();

    /// <summary>The facts of each lesson: whole sittings, by when they began.</summary>
    public static ILookup<Guid, Fact> Assign(IReadOnlyCollection<Lesson> lessons, IReadOnlyCollection<Fact> facts)
    {
        if (lessons.Count == 1) return facts.ToLookup(_ => lessons.First().OccurrenceId);
        var owners = facts.GroupBy(fact => fact.Sitting, StringComparer.Ordinal)
            .ToDictionary(sitting => sitting.Key, sitting => Nearest(lessons, BeganAt(sitting))?.OccurrenceId, StringComparer.Ordinal);
        return facts.Where(fact => owners[fact.Sitting] is not null).ToLookup(fact => owners[fact.Sitting]!.Value);
    }

    // The start as told; where that was lost, the first that anybody told of it.
    private static DateTimeOffset BeganAt(IEnumerable<Fact> sitting)
    {
        DateTimeOffset? started = null;
        var first = DateTimeOffset.MaxValue;
        foreach (var fact in sitting)
        {
            if (fact.At < first) first = fact.At;
            if (fact.Kind == FactKind.SittingStarted && (started is null || fact.At < started)) started = fact.At;
        }

        return started ?? first;
    }

    private static TimeSpan Distance(Lesson lesson, DateTimeOffset at) =>
        at < lesson.StartsAt ? lesson.StartsAt - at
        : at >= lesson.EndsAt ? at - lesson.EndsAt
        : TimeSpan.Zero;
}

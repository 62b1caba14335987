using Meetings.Attendance.Ledger;

namespace Meetings.Attendance.Calculation;

/// <summary>Whether a lesson is over, from its facts. Not every end is told, and not every end is the last.</summary>
public static class Finality
{
    /// <summary>An end that never came is not waited for longer than this after the window.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(30);

    /// <summary>Nobody planned an end for an instant meeting; a day is longer than any provider keeps one open.</summary>
    private static readonly TimeSpan LongestInstantMeeting = TimeSpan.FromHours(24);

    /// <summary>From here on the lesson is over whatever was told.</summary>
    public static DateTimeOffset TimeOut(Lesson lesson) => (lesson.HasWindow ? lesson.EndsAt : lesson.StartsAt + LongestInstantMeeting) + Patience;

    /// <summary>True when a sitting ended, none began after it, and it was the lesson and not a rehearsal before it. Or when time is out.</summary>
    public static bool IsOver(Lesson lesson, IEnumerable<Fact> facts, DateTimeOffset now)
    {
        if (now >= TimeOut(lesson)) return true;
        DateTimeOffset? lastEnd = null;
        DateTimeOffset? lastOpen = null;
        foreach (var sitting in facts.GroupBy(fact => fact.Sitting, StringComparer.Ordinal))
        {
            var ended = sitting.Where(fact => fact.Kind == FactKind.SittingEnded).Select(fact => (DateTimeOffset?)fact.At).Max();
            if (ended is { } end) lastEnd = lastEnd > end ? lastEnd : end;
            else if (sitting.Min(fact => fact.At) is var began) lastOpen = lastOpen > began ? lastOpen : began;
        }

        return lastEnd is { } last && last > lesson.StartsAt && !(lastOpen > last);
    }
}

using Meetings.Attendance.Ledger;

namespace Meetings.Attendance.Calculation;

/// <summary>Whether a lesson is over, from its facts. Not every end is told, and not every end is the last.</summary>
public static class Finality
{
    /// <summary>An end that never came is not waited for longer than this after the window, and after the last that was heard.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(30);

    /// <summary>Nobody planned an end for an instant meeting; a day is longer than any provider keeps one open.</summary>
    private static readonly TimeSpan LongestInstantMeeting = TimeSpan.FromHours(24);

    /// <summary>From here on the lesson is over whatever was told.</summary>
    /// <param name="lastHeard">When anything of it was last heard: its being planned, or a fact. A lesson may overrun, or be entered after it began.</param>
    public static DateTimeOffset TimeOut(Lesson lesson, DateTimeOffset lastHeard)
    {
        var planned = lesson.HasWindow ? lesson.EndsAt : lesson.StartsAt + LongestInstantMeeting;
        return (planned > lastHeard ? planned : lastHeard) + Patience;
    }

    /// <summary>True when a sitting ended, none began after it, and it was the lesson and not a rehearsal before it. Or when time is out.</summary>
    public static bool IsOver(Lesson lesson, IEnumerable<Fact> facts, DateTimeOffset lastHeard, DateTimeOffset now)
    {
        if (now >= TimeOut(lesson, lastHeard)) return true;
        DateTimeOffset? lastEnd = null;
        DateTimeOffset? lastOpen = null;
        foreach (var sitting in facts.Where(fact => lesson.IsPlausible(fact.At)).GroupBy(fact => fact.Sitting, StringComparer.Ordinal))
        {
            var ended = sitting.Where(fact => fact.Kind == FactKind.SittingEnded).Select(fact => (DateTimeOffset?)fact.At).Max();
            if (ended is { } end) lastEnd = lastEnd > end ? lastEnd : end;
            else if (sitting.Min(fact => fact.At) is var began) lastOpen = lastOpen > began ? lastOpen : began;
        }

        return lastEnd is { } last && last > lesson.StartsAt && !(lastOpen > last);
    }
}

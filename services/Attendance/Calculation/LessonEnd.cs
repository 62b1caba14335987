using Meetings.Attendance.Ledger;

namespace Meetings.Attendance.Calculation;

/// <summary>When a lesson was over.</summary>
public static class LessonEnd
{
    /// <summary>The latest of the ends that were told and of the stays as they were closed; null when there are neither.</summary>
    /// <param name="sheet">Evaluated as final: no stay in it is open.</param>
    public static DateTimeOffset? Of(Lesson lesson, IEnumerable<Fact> facts, AttendanceSheet sheet)
    {
        var told = facts.Where(fact => fact.Kind == FactKind.SittingEnded && lesson.IsPlausible(fact.At)).Select(fact => (DateTimeOffset?)fact.At);
        var stayed = sheet.Participants.SelectMany(participant => participant.Presence.Stays).Select(stay => (DateTimeOffset?)stay.To);
        return told.Concat(stayed).Max();
    }
}

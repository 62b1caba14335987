using System.Globalization;
using Meetings.Attendance.Policies;

namespace Meetings.Attendance.Ledger;

/// <summary>Turns a student's presence into a mark, and says why in one sentence.</summary>
internal sealed class Marking(Lesson lesson, AttendancePolicy policy, bool noData)
{
    public StudentMark Mark(Guid student, Participant? participant, bool expected)
    {
        var presence = participant?.Presence ?? Presence.None;
        var percentage = AttendancePolicy.Percentage(presence.Counted, lesson.Duration);
        var (status, explanation) = Decide(presence, participant, expected);
        return new StudentMark(student, status, presence, percentage, Source(participant), explanation);
    }

    private (AttendanceStatus Status, string Explanation) Decide(Presence presence, Participant? participant, bool expected)
    {
        if (!expected) return (AttendanceStatus.NotApplicable, $"not on the roster on {lesson.Date:yyyy-MM-dd} → not_applicable");
        if (noData) return (AttendanceStatus.NoData, "nothing was heard of this lesson from its provider → no_data");
        if (presence.Stays.Count == 0 && Orphan(participant) is { } left)
            return (AttendanceStatus.NoData, $"left {Clock(left)}, but no join was told → no_data");

        var status = policy.Decide(presence.Counted, lesson.Duration, lesson.StartsAt, presence.FirstJoinAt);
        return (status, $"{Evidence(presence)}, policy {policy} → {status.Word()}");
    }

    private string Evidence(Presence presence)
    {
        var came = presence.FirstJoinAt is { } join ? $"joined {Clock(join)}" : "never joined";
        var grace = policy.Grace is { } after ? $", grace until {Clock(lesson.StartsAt + after)}" : "";
        var minutes = (presence.Counted.Ticks / TimeSpan.TicksPerMinute).ToString(CultureInfo.InvariantCulture);
        if (!lesson.HasWindow) return $"{came}{grace}, {minutes} min";

        var planned = lesson.Duration.TotalMinutes.ToString("0.##", CultureInfo.InvariantCulture);
        return policy.Mode == PolicyMode.Percent
            ? $"{came}{grace}, {minutes} of {planned} min = {Percent(presence)} %"
            : $"{came}{grace}, {minutes} of {planned} min, present from {policy.Present / 60} min";
    }

    // One decimal, cut off: 79.99 % must not read as 80.
    private string Percent(Presence presence)
    {
        var percentage = AttendancePolicy.Percentage(presence.Counted, lesson.Duration);
        return (Math.Truncate(percentage * 10) / 10).ToString("0.#", CultureInfo.InvariantCulture);
    }

    // Seconds where there are any: who joined at 07:15:01 was later than 07:15.
    private string Clock(DateTimeOffset at)
    {
        var local = lesson.Local(at);
        return local.ToString(local.Second == 0 && local.Millisecond == 0 ? "HH:mm" : "HH:mm:ss", CultureInfo.InvariantCulture);
    }

    private static DateTimeOffset? Orphan(Participant? participant) =>
        participant?.Connections.SelectMany(connection => connection.OrphanLeaves).Select(at => (DateTimeOffset?)at).Max();

    private static string Source(Participant? participant)
    {
        if (participant is null) return "none";
        var sources = participant.Connections.SelectMany(connection => connection.Facts).Select(fact => fact.Source).Distinct().Order();
        return string.Join('+', sources.Select(source => source.ToString().ToLowerInvariant()));
    }
}

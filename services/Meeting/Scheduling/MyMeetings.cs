namespace Meetings.Meeting.Scheduling;

/// <summary>What makes a meeting one's own, in the list: by having planned it (seed 004), or by whom it is for (seed 002); a filter says which (ACCEPTANCE X30).</summary>
internal static class MyMeetings
{
    // Who is meant by @me. A membership counts on the lesson's date, and today, as everywhere.
    private static readonly Dictionary<string, string?> Filters = new()
    {
        ["all"] = null,
        ["owned"] = "m.owner_id = @me",
        ["teaching"] = $"(m.host_id = @me or {Member("teacher", "c.person_id = @me")})",
        ["attending"] = Member("student", "c.person_id = @me"),
        ["children"] = Member("student", "c.person_id = any(array(select g.child_id from guardianship g where g.guardian_id = @me))"),
    };

    public static IReadOnlyCollection<string> Words => Filters.Keys;

    /// <summary>The condition on a meeting <c>m</c>; null when there is none. False for a word that is no filter.</summary>
    public static bool TryFind(string? word, out string? condition) => Filters.TryGetValue(string.IsNullOrEmpty(word) ? "all" : word, out condition);

    private static string Member(string role, string who) => $"""
        exists (select from class_member c
            where c.class_id = m.class_id and c.role = '{role}' and {who}
              and (daterange(c.from_date, c.to_date, '[]') @> m.local_date or daterange(c.from_date, c.to_date, '[]') @> academy_today(m.academy_id)))
        """;
}

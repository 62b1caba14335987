namespace Meetings.Meeting.Scheduling;

/// <summary>
/// What makes a meeting one's own (ACCEPTANCE X30), as conditions on <c>meeting m</c> in a session of the caller <c>@me</c>: row level security has its
/// say besides, and shows class members only of oneself and one's children.
/// </summary>
internal static class MyMeetings
{
    private static readonly Dictionary<string, string> Conditions = new()
    {
        ["all"] = "",
        ["owned"] = "m.owner_id = @me",
        // Held, or helped with, or of a class that one teaches.
        ["teaching"] = $"(m.host_id = @me or m.co_host_ids @> array[@me] or {InClass("teacher", "member.person_id = @me")})",
        // Meant for the caller, and not held by them.
        ["attending"] = $"""
            m.host_id <> @me and not m.co_host_ids @> array[@me] and (
                m.audience = 'all'
                or (m.audience = 'students' and (select app_has_role('student')))
                or (m.audience = 'teachers' and (select app_has_role('teacher', 'quran_teacher', 'academic_teacher')))
                or (m.audience = 'class' and {InClass("student", "member.person_id = @me")}))
            """,
        // Meant for a child of the caller's.
        ["children"] = $"""
            (select app_has_role('parent')) and exists (select from guardianship) and (
                m.audience in ('all', 'students')
                or (m.audience = 'class' and {InClass("student", "member.person_id = any(array(select child_id from guardianship))")}))
            """,
    };

    public static IReadOnlyCollection<string> Words => Conditions.Keys;

    /// <summary>Empty for no condition; null for a word that is none.</summary>
    public static string? Condition(string? word) => string.IsNullOrEmpty(word) ? "" : Conditions.GetValueOrDefault(word);

    // As in the policy: a membership counts on the lesson's date, and today.
    private static string InClass(string role, string who) => $"""
        (m.class_id = any(array(select member.class_id from class_member member where member.role = '{role}' and {who}))
            and exists (
                select from class_member member
                where member.class_id = m.class_id and member.role = '{role}' and {who}
                  and (daterange(member.from_date, member.to_date, '[]') @> m.local_date
                    or daterange(member.from_date, member.to_date, '[]') @> academy_today(m.academy_id))))
        """;
}

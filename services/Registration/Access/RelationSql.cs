namespace Meetings.Registration.Access;

/// <summary>The queries' side of <see cref="Relation"/>, on the functions of the first migration.</summary>
internal static class RelationSql
{
    /// <summary>Of <c>person p</c>.</summary>
    public const string Person = """
        (case when p.id = (select app_user_id()) then 1 else 0 end
            | case when p.id in (select my_pupils_and_colleagues()) then 2 else 0 end
            | case when p.id in (select my_children()) then 4 else 0 end
            | case when p.id in (select my_teachers()) then 8 else 0 end)
        """;

    /// <summary>Of <c>class c</c>.</summary>
    public const string Class = """
        (case when c.id in (select my_taught_classes()) then 16 else 0 end
            | case when c.id in (select my_attended_classes()) then 32 else 0 end)
        """;
}

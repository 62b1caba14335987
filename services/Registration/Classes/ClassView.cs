using Meetings.Registration.Access;
using Meetings.ServiceDefaults.Data;
using Meetings.ServiceDefaults.Security;

namespace Meetings.Registration.Classes;

/// <summary>A class as the caller may see it.</summary>
/// <param name="AttendancePolicy">Null when the academy's holds.</param>
/// <param name="Teachers">Who teach it today.</param>
/// <param name="StudentCount">Enrolled today. Null for those who may not see the roster.</param>
internal sealed record ClassView(
    Guid Id, Guid AcademyId, string Name, string Kind, string? AttendancePolicy, IReadOnlyList<ClassTeacher> Teachers, long? StudentCount,
    long Version);

internal sealed record ClassTeacher(Guid Id, string Name);

/// <summary>A class and what it is to the caller.</summary>
internal sealed record ClassRow(
    Guid Id, Guid AcademyId, string Name, string Kind, string? AttendancePolicy, long Version, Relation Relation, long StudentCount)
{
    public const string Columns = $"""
        c.id, c.academy_id, c.name, c.kind, c.attendance_policy, c.version, {RelationSql.Class} as relation,
        (select count(*) from enrolment e
         where e.class_id = c.id and e.role = 'student'
            and academy_today(c.academy_id) between e.from_date and coalesce(e.to_date, 'infinity')) as student_count
        """;

    public DirectoryResource Resource => new(AcademyId, Relation);

    public static async Task<IReadOnlyList<ClassView>> ViewsAsync(
        DatabaseSession session, IReadOnlyList<ClassRow> rows, Caller caller, CancellationToken ct)
    {
        var visible = rows.Where(row => DirectoryAccess.May(caller, DirectoryAction.SeeClass, row.Resource)).ToList();
        var teachers = (await session.QueryAsync<TeacherRow>(ReadTeachers, new { ids = visible.Select(row => row.Id).ToArray() }, ct))
            .ToLookup(row => row.ClassId, row => new ClassTeacher(row.PersonId, row.Name));
        return [.. visible.Select(row => new ClassView(
            row.Id, row.AcademyId, row.Name, row.Kind, row.AttendancePolicy, [.. teachers[row.Id]],
            DirectoryAccess.May(caller, DirectoryAction.SeeRoster, row.Resource) ? row.StudentCount : null, row.Version))];
    }

    private sealed record TeacherRow(Guid ClassId, Guid PersonId, string Name);

    private const string ReadTeachers = """
        select e.class_id, e.person_id, p.name
        from enrolment e join person p on p.id = e.person_id
        where e.class_id = any(@ids) and e.role = 'teacher'
            and academy_today(e.academy_id) between e.from_date and coalesce(e.to_date, 'infinity')
        order by e.class_id, e.from_date, p.name
        """;
}

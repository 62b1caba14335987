using Meetings.Contracts.Directory;
using Meetings.ServiceDefaults.Data;

namespace Meetings.Registration.Publishing;

/// <summary>Whole states, as the events carry them and as gRPC answers them: both must tell the same of one version.</summary>
internal static class DirectoryReader
{
    public static async Task<IReadOnlyList<AcademyChanged>> AcademiesAsync(
        DatabaseSession session, IReadOnlyCollection<Guid> ids, CancellationToken ct) =>
        [.. (await session.QueryAsync<AcademyRow>(ReadAcademies, new { ids = ids.ToArray() }, ct))
            .Select(a => new AcademyChanged(a.Id, a.Version, a.Slug, a.Name, a.TimeZone, a.EmailDomains, a.AttendancePolicy))];

    public static Task<IReadOnlyList<PersonChanged>> PeopleAsync(DatabaseSession session, IReadOnlyCollection<Guid> ids, CancellationToken ct) =>
        PeopleAsync(session, "p.id = any(@ids)", new { ids = ids.ToArray() }, ct);

    /// <param name="where">A condition on <c>person p</c>: a constant of the caller, never text from outside.</param>
    public static async Task<IReadOnlyList<PersonChanged>> PeopleAsync(DatabaseSession session, string where, object args, CancellationToken ct) =>
        [.. (await session.QueryAsync<PersonRow>($"{ReadPeople} where {where}", args, ct))
            .Select(p => new PersonChanged(p.Id, p.Version, p.AcademyId, p.Name, p.Email, p.Roles, p.Children))];

    public static async Task<IReadOnlyList<ClassChanged>> ClassesAsync(DatabaseSession session, IReadOnlyCollection<Guid> ids, CancellationToken ct)
    {
        var classes = await session.QueryAsync<ClassRow>(ReadClasses, new { ids = ids.ToArray() }, ct);
        var members = (await session.QueryAsync<MemberRow>(ReadMembers, new { ids = ids.ToArray() }, ct)).ToLookup(member => member.ClassId);
        return [.. classes.Select(c => new ClassChanged(
            c.Id, c.Version, c.AcademyId, c.Name, c.Kind, c.AttendancePolicy,
            [.. members[c.Id].Select(m => new ClassMember(m.PersonId, m.Role, m.FromDate, m.ToDate))]))];
    }

    private sealed record AcademyRow(Guid Id, long Version, string Slug, string Name, string TimeZone, string[] EmailDomains, string AttendancePolicy);

    private sealed record PersonRow(Guid Id, long Version, Guid? AcademyId, string Name, string Email, string[] Roles, Guid[] Children);

    private sealed record ClassRow(Guid Id, long Version, Guid AcademyId, string Name, string Kind, string? AttendancePolicy);

    private sealed record MemberRow(Guid ClassId, Guid PersonId, string Role, DateOnly FromDate, DateOnly? ToDate);

    private const string ReadAcademies =
        "select id, version, slug, name, time_zone, email_domains, attendance_policy from academy where id = any(@ids) order by slug";

    private const string ReadPeople = """
        select p.id, p.version, p.academy_id, p.name, p.email, p.roles,
               array(select child_id from guardian where parent_id = p.id order by child_id) as children
        from person p
        """;

    private const string ReadClasses = "select id, version, academy_id, name, kind, attendance_policy from class where id = any(@ids) order by id";

    private const string ReadMembers = """
        select class_id, person_id, role, from_date, to_date from enrolment
        where class_id = any(@ids) order by class_id, role desc, from_date, person_id
        """;
}

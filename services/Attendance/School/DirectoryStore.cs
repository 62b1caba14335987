using Meetings.Attendance.Identity;
using Meetings.Contracts.Directory;
using Meetings.ServiceDefaults.Data;

namespace Meetings.Attendance.School;

/// <summary>Somebody whose id, address or academy is new to us: what was a guest's until now may have been theirs.</summary>
/// <param name="IsNew">Not heard of before in this academy, so that the id is news too.</param>
internal sealed record RecognisablePerson(Guid PersonId, Guid AcademyId, string? Email, bool IsNew);

/// <summary>Keeps the copies of academies, people and classes: the highest version that was told, whichever came first.</summary>
internal static class DirectoryStore
{
    private const string UpsertAcademy = """
        insert into academy (id, version, slug, name, time_zone, attendance_policy)
        values (@AcademyId, @Version, @Slug, @Name, @TimeZone, @AttendancePolicy)
        on conflict (id) do update set version = excluded.version, slug = excluded.slug, name = excluded.name,
            time_zone = excluded.time_zone, attendance_policy = excluded.attendance_policy
        where academy.version < excluded.version
        """;

    // Arrays of arrays must be rectangles in PostgreSQL, so roles and children travel as lists in a text.
    private const string UpsertPeople = """
        with before as (
            select id, academy_id, email from person where id = any(@ids)
        ), kept as (
            insert into person (id, version, academy_id, name, email, roles, children)
            select id, version, academy_id, name, email, string_to_array(roles, ','), string_to_array(children, ',')::uuid[]
            from unnest(@ids, @versions, @academies, @names, @emails, @roles, @children) as told (id, version, academy_id, name, email, roles, children)
            order by id
            on conflict (id) do update set version = excluded.version, academy_id = excluded.academy_id, name = excluded.name,
                email = excluded.email, roles = excluded.roles, children = excluded.children
            where person.version < excluded.version
            returning id, academy_id, email
        )
        select kept.id as person_id, kept.academy_id, kept.email, before.academy_id is distinct from kept.academy_id as is_new
        from kept left join before on before.id = kept.id
        where kept.academy_id is not null and (before.academy_id is distinct from kept.academy_id or before.email is distinct from kept.email)
        """;

    private const string UpsertClass = """
        insert into class (id, version, academy_id, name, kind, attendance_policy) values (@ClassId, @Version, @AcademyId, @Name, @Kind, @AttendancePolicy)
        on conflict (id) do update set version = excluded.version, academy_id = excluded.academy_id, name = excluded.name, kind = excluded.kind,
            attendance_policy = excluded.attendance_policy
        where class.version < excluded.version
        """;

    private const string ReplaceMembers = """
        with gone as (delete from class_member where class_id = @ClassId and (person_id, role, from_date) not in (select * from unnest(@people, @roles, @froms)))
        insert into class_member (class_id, person_id, role, from_date, to_date, academy_id)
        select @ClassId, person_id, role, from_date, to_date, @AcademyId
        from unnest(@people, @roles, @froms, @tos) as told (person_id, role, from_date, to_date)
        on conflict (class_id, person_id, role, from_date) do update set to_date = excluded.to_date, academy_id = excluded.academy_id
        """;

    public static Task KeepAsync(DatabaseSession session, AcademyChanged academy, CancellationToken ct) => session.ExecuteAsync(UpsertAcademy, academy, ct);

    /// <returns>Whoever can be recognised only now.</returns>
    public static Task<IReadOnlyList<RecognisablePerson>> KeepAsync(DatabaseSession session, IReadOnlyCollection<PersonChanged> people, CancellationToken ct)
    {
        // One row each: a statement cannot update the same row twice.
        var told = people.GroupBy(person => person.PersonId).Select(same => same.MaxBy(person => person.Version)!).ToArray();
        return session.QueryAsync<RecognisablePerson>(UpsertPeople, new
        {
            ids = told.Select(person => person.PersonId).ToArray(),
            versions = told.Select(person => person.Version).ToArray(),
            academies = told.Select(person => person.AcademyId).ToArray(),
            names = told.Select(person => person.Name).ToArray(),
            emails = told.Select(person => EmailAddress.Normalise(person.Email)).ToArray(),
            roles = told.Select(person => string.Join(',', person.Roles)).ToArray(),
            children = told.Select(person => string.Join(',', person.Children)).ToArray(),
        }, ct);
    }

    /// <returns>False when this or a later version was known; the roster is replaced by <see cref="ReplaceMembersAsync"/>.</returns>
    public static async Task<bool> TryKeepAsync(DatabaseSession session, ClassChanged told, CancellationToken ct) =>
        await session.ExecuteAsync(UpsertClass, told, ct) == 1;

    public static Task ReplaceMembersAsync(DatabaseSession session, ClassChanged told, CancellationToken ct)
    {
        var members = told.Members.DistinctBy(member => (member.PersonId, member.Role, member.From)).ToArray();
        return session.ExecuteAsync(ReplaceMembers, new
        {
            told.ClassId,
            told.AcademyId,
            people = members.Select(member => member.PersonId).ToArray(),
            roles = members.Select(member => member.Role).ToArray(),
            froms = members.Select(member => member.From).ToArray(),
            tos = members.Select(member => member.To).ToArray(),
        }, ct);
    }
}

using Meetings.Contracts.Directory;
using Meetings.ServiceDefaults.Data;

namespace Meetings.Meeting.Directory;

/// <summary>
/// This service's read copy of the school directory. Every message carries the whole state and a version, and the highest version wins, so that
/// repeated and late ones do no harm.
/// </summary>
internal static class DirectoryCopy
{
    public static Task SaveAsync(DatabaseSession session, AcademyChanged academy, CancellationToken ct) =>
        session.ExecuteAsync(SaveAcademy, new { academy.AcademyId, academy.Version, academy.Slug, academy.Name, academy.TimeZone }, ct);

    public static async Task SaveAsync(DatabaseSession session, PersonChanged person, CancellationToken ct)
    {
        var saved = await session.ExecuteAsync(
            SavePerson, new { person.PersonId, person.Version, person.AcademyId, person.Name, person.Email, Roles = person.Roles.ToArray() }, ct);
        if (saved == 0) return;

        await session.ExecuteAsync(SaveChildren, new { person.PersonId, Children = person.Children.Distinct().ToArray() }, ct);
        await session.ExecuteAsync(RenameHost, new { person.PersonId, person.Name }, ct);
    }

    public static async Task SaveAsync(DatabaseSession session, ClassChanged changed, CancellationToken ct)
    {
        var saved = await session.ExecuteAsync(SaveClass, new { changed.ClassId, changed.Version, changed.AcademyId, changed.Name, changed.Kind }, ct);
        if (saved == 0) return;

        var members = changed.Members.DistinctBy(member => (member.PersonId, member.Role, member.From)).ToList();
        await session.ExecuteAsync(DeleteMembers, new { changed.ClassId }, ct);
        await session.ExecuteAsync(SaveMembers, new
        {
            changed.ClassId,
            changed.AcademyId,
            People = members.Select(member => member.PersonId).ToArray(),
            Roles = members.Select(member => member.Role).ToArray(),
            From = members.Select(member => member.From.ToDateTime(TimeOnly.MinValue)).ToArray(),
            To = members.Select(member => member.To?.ToDateTime(TimeOnly.MinValue)).ToArray(),
        }, ct);
    }

    private const string SaveAcademy = """
        insert into academy (academy_id, version, slug, name, time_zone) values (@AcademyId, @Version, @Slug, @Name, @TimeZone)
        on conflict (academy_id) do update
        set version = excluded.version, slug = excluded.slug, name = excluded.name, time_zone = excluded.time_zone
        where excluded.version > academy.version
        """;

    private const string SavePerson = """
        insert into person (person_id, version, academy_id, name, email, roles) values (@PersonId, @Version, @AcademyId, @Name, @Email, @Roles)
        on conflict (person_id) do update
        set version = excluded.version, academy_id = excluded.academy_id, name = excluded.name, email = excluded.email, roles = excluded.roles
        where excluded.version > person.version
        """;

    private const string SaveChildren = """
        with gone as (delete from guardianship where guardian_id = @PersonId and child_id <> all(@Children))
        insert into guardianship (guardian_id, child_id) select @PersonId, unnest(@Children) on conflict do nothing
        """;

    private const string RenameHost = "update meeting set host_name = @Name where host_id = @PersonId and host_name <> @Name";

    private const string SaveClass = """
        insert into school_class (class_id, version, academy_id, name, kind) values (@ClassId, @Version, @AcademyId, @Name, @Kind)
        on conflict (class_id) do update
        set version = excluded.version, academy_id = excluded.academy_id, name = excluded.name, kind = excluded.kind
        where excluded.version > school_class.version
        """;

    private const string DeleteMembers = "delete from class_member where class_id = @ClassId";

    private const string SaveMembers = """
        insert into class_member (class_id, academy_id, person_id, role, from_date, to_date)
        select @ClassId, @AcademyId, m.person_id, m.role, m.from_date::date, m.to_date::date
        from unnest(@People, @Roles, @From::timestamp[], @To::timestamp[]) as m (person_id, role, from_date, to_date)
        """;
}

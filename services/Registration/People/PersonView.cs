using Meetings.Registration.Access;
using Meetings.ServiceDefaults.Security;

namespace Meetings.Registration.People;

/// <summary>A person as the caller may see them.</summary>
/// <param name="Email">Null for those who need not know it: only staff, teachers and the person themselves do.</param>
internal sealed record PersonView(Guid Id, Guid? AcademyId, string Name, string? Email, IReadOnlyList<string> Roles, long Version);

/// <summary>A person and what they are to the caller.</summary>
internal sealed record PersonRow(Guid Id, Guid? AcademyId, string Name, string Email, string[] Roles, long Version, Relation Relation)
{
    public const string Columns = $"p.id, p.academy_id, p.name, p.email, p.roles, p.version, {RelationSql.Person} as relation";

    public DirectoryResource Resource => new(AcademyId, Relation);

    public PersonView ViewFor(Caller caller) =>
        new(Id, AcademyId, Name, DirectoryAccess.May(caller, DirectoryAction.SeeAddress, Resource) ? Email : null, Roles, Version);
}

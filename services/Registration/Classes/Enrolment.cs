using Meetings.Registration.Access;
using Meetings.ServiceDefaults.Security;

namespace Meetings.Registration.Classes;

/// <summary>Someone's place in a class, as the caller may see it.</summary>
/// <param name="Email">Null for those who need not know it.</param>
/// <param name="From">First day, included, on the academy's calendar.</param>
/// <param name="To">Last day, included; null while it lasts.</param>
internal sealed record EnrolmentView(Guid Id, Guid ClassId, Guid PersonId, string Name, string? Email, string Role, DateOnly From, DateOnly? To)
{
    /// <summary>Entity tag, for If-Match: of all that can be changed, which is the last day.</summary>
    public string Etag => To is { } last ? $"\"{last:yyyy-MM-dd}\"" : "\"open\"";
}

/// <summary>An enrolment, with what its person and its class are to the caller.</summary>
internal sealed record EnrolmentRow(
    Guid Id, Guid AcademyId, Guid ClassId, Guid PersonId, string Name, string Email, string Role, DateOnly FromDate, DateOnly? ToDate,
    Relation Relation)
{
    public const string Select = $"""
        select e.id, e.academy_id, e.class_id, e.person_id, p.name, p.email, e.role, e.from_date, e.to_date,
               ({RelationSql.Person} | {RelationSql.Class}) as relation
        from enrolment e join person p on p.id = e.person_id join class c on c.id = e.class_id
        """;

    public DirectoryResource Resource => new(AcademyId, Relation);

    public EnrolmentView ViewFor(Caller caller) => new(
        Id, ClassId, PersonId, Name, DirectoryAccess.May(caller, DirectoryAction.SeeAddress, Resource) ? Email : null, Role, FromDate, ToDate);
}

using Meetings.Registration.Access;
using Meetings.ServiceDefaults.Data;
using Meetings.ServiceDefaults.Http;
using Meetings.ServiceDefaults.Security;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Meetings.Registration.People;

/// <summary>The people whom the caller may see, by name; of one role or of one class when asked.</summary>
internal sealed class ListPeople(Database database)
{
    public static void Map(IEndpointRouteBuilder users) => users.MapGet("",
        (string? role, Guid? classId, Caller caller, PageRequest page, ListPeople useCase, CancellationToken ct) =>
            useCase.HandleAsync(role, classId, caller, page, ct));

    private async Task<Results<Ok<Page<PersonView>>, ProblemHttpResult>> HandleAsync(
        string? role, Guid? classId, Caller caller, PageRequest page, CancellationToken ct)
    {
        if (role is not null && !EnrolmentRules.KnownRoles.Contains(role)) return Problem.Invalid("role", "There is no such role.");

        await using var session = await database.BeginAsync(caller, ct);
        var args = new { role, classId, page.Limit, page.Offset };
        var total = await session.ScalarAsync<long>(Count, args, ct);
        var rows = await session.QueryAsync<PersonRow>(Read, args, ct);
        var visible = rows.Where(row => DirectoryAccess.May(caller, DirectoryAction.SeePerson, row.Resource));
        return TypedResults.Ok(new Page<PersonView>([.. visible.Select(row => row.ViewFor(caller))], total, page.Limit, page.Offset));
    }

    // Of a class: whose enrolment the caller may see, and is not over.
    private const string Matching = """
        from person p
        where (@role::text is null or @role = any(p.roles))
            and (@classId::uuid is null or p.id in (
                select person_id from enrolment
                where class_id = @classId and (to_date is null or to_date >= academy_today(academy_id))))
        """;

    private const string Count = $"select count(*) {Matching}";

    private const string Read = $"select {PersonRow.Columns} {Matching} order by p.name, p.id limit @Limit offset @Offset";
}

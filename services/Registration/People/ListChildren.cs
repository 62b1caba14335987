using Meetings.Registration.Access;
using Meetings.ServiceDefaults.Data;
using Meetings.ServiceDefaults.Http;
using Meetings.ServiceDefaults.Security;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Meetings.Registration.People;

/// <summary>The students whose guardian a person is: for the parent and for those who run the academy.</summary>
internal sealed class ListChildren(Database database)
{
    public static void Map(IEndpointRouteBuilder users) => users.MapGet("/{id:guid}/children",
        (Guid id, Caller caller, PageRequest page, ListChildren useCase, CancellationToken ct) => useCase.HandleAsync(id, caller, page, ct));

    private async Task<Results<Ok<Page<PersonView>>, ProblemHttpResult>> HandleAsync(Guid id, Caller caller, PageRequest page, CancellationToken ct)
    {
        await using var session = await database.BeginAsync(caller, ct);
        var parent = await session.QuerySingleOrDefaultAsync<PersonRow>(ReadParent, new { id }, ct);
        if (parent is null || !DirectoryAccess.May(caller, DirectoryAction.SeePerson, parent.Resource)) return Problem.NotFound("user");
        if (!DirectoryAccess.May(caller, DirectoryAction.SeeChildren, parent.Resource)) return Problem.Forbidden();

        var args = new { id, page.Limit, page.Offset };
        var total = await session.ScalarAsync<long>(Count, args, ct);
        var rows = await session.QueryAsync<PersonRow>(Read, args, ct);
        var visible = rows.Where(row => DirectoryAccess.May(caller, DirectoryAction.SeePerson, row.Resource));
        return TypedResults.Ok(new Page<PersonView>([.. visible.Select(row => row.ViewFor(caller))], total, page.Limit, page.Offset));
    }

    private const string ReadParent = $"select {PersonRow.Columns} from person p where p.id = @id";

    private const string Children = "from person p join guardian g on g.child_id = p.id where g.parent_id = @id";

    private const string Count = $"select count(*) {Children}";

    private const string Read = $"select {PersonRow.Columns} {Children} order by p.name, p.id limit @Limit offset @Offset";
}

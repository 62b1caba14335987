using Meetings.ServiceDefaults.Data;
using Meetings.ServiceDefaults.Http;
using Meetings.ServiceDefaults.Security;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Meetings.Registration.Classes;

/// <summary>The classes that the caller may see: of the academy for those who run it, taught, attended, or attended by a child.</summary>
internal sealed class ListClasses(Database database)
{
    public static void Map(IEndpointRouteBuilder classes) => classes.MapGet("",
        (Caller caller, PageRequest page, ListClasses useCase, CancellationToken ct) => useCase.HandleAsync(caller, page, ct));

    private async Task<Ok<Page<ClassView>>> HandleAsync(Caller caller, PageRequest page, CancellationToken ct)
    {
        await using var session = await database.BeginAsync(caller, ct);
        var total = await session.ScalarAsync<long>(Count, null, ct);
        var rows = await session.QueryAsync<ClassRow>(Read, page, ct);
        return TypedResults.Ok(new Page<ClassView>(await ClassRow.ViewsAsync(session, rows, caller, ct), total, page.Limit, page.Offset));
    }

    private const string Count = "select count(*) from class";

    private const string Read = $"select {ClassRow.Columns} from class c order by c.name, c.id limit @Limit offset @Offset";
}

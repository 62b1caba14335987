using Meetings.ServiceDefaults.Data;
using Meetings.ServiceDefaults.Http;
using Meetings.ServiceDefaults.Security;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Meetings.Registration.Classes;

/// <summary>One class. What the caller may not see does not exist for them.</summary>
internal sealed class GetClass(Database database)
{
    public static void Map(IEndpointRouteBuilder classes) => classes.MapGet("/{id:guid}",
        (Guid id, Caller caller, GetClass useCase, CancellationToken ct) => useCase.HandleAsync(id, caller, ct));

    private async Task<Results<Ok<ClassView>, ProblemHttpResult>> HandleAsync(Guid id, Caller caller, CancellationToken ct)
    {
        await using var session = await database.BeginAsync(caller, ct);
        var rows = await session.QueryAsync<ClassRow>(Read, new { id }, ct);
        var views = await ClassRow.ViewsAsync(session, rows, caller, ct);
        return views is [var view] ? TypedResults.Ok(view) : Problem.NotFound("class");
    }

    private const string Read = $"select {ClassRow.Columns} from class c where c.id = @id";
}

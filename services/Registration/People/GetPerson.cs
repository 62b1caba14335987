using Meetings.Registration.Access;
using Meetings.ServiceDefaults.Data;
using Meetings.ServiceDefaults.Http;
using Meetings.ServiceDefaults.Security;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Meetings.Registration.People;

/// <summary>One person. Whom the caller may not see does not exist for them.</summary>
internal sealed class GetPerson(Database database)
{
    public static void Map(IEndpointRouteBuilder users) => users.MapGet("/{id:guid}",
        (Guid id, Caller caller, GetPerson useCase, CancellationToken ct) => useCase.HandleAsync(id, caller, ct));

    private async Task<Results<Ok<PersonView>, ProblemHttpResult>> HandleAsync(Guid id, Caller caller, CancellationToken ct)
    {
        await using var session = await database.BeginAsync(caller, ct);
        var person = await session.QuerySingleOrDefaultAsync<PersonRow>(Read, new { id }, ct);
        return person is not null && DirectoryAccess.May(caller, DirectoryAction.SeePerson, person.Resource)
            ? TypedResults.Ok(person.ViewFor(caller))
            : Problem.NotFound("user");
    }

    private const string Read = $"select {PersonRow.Columns} from person p where p.id = @id";
}

using Meetings.Registration.Access;
using Meetings.ServiceDefaults.Data;
using Meetings.ServiceDefaults.Http;
using Meetings.ServiceDefaults.Security;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Meetings.Registration.Classes;

/// <summary>
/// The roster of a class with its dates: all of it for staff and its teachers; their own places and the teachers' for students and parents.
/// </summary>
internal sealed class ListEnrolments(Database database)
{
    public static void Map(IEndpointRouteBuilder classes) => classes.MapGet("/{id:guid}/enrollments",
        (Guid id, Caller caller, PageRequest page, ListEnrolments useCase, CancellationToken ct) => useCase.HandleAsync(id, caller, page, ct));

    private async Task<Results<Ok<Page<EnrolmentView>>, ProblemHttpResult>> HandleAsync(
        Guid id, Caller caller, PageRequest page, CancellationToken ct)
    {
        await using var session = await database.BeginAsync(caller, ct);
        var visibleClass = await session.QuerySingleOrDefaultAsync<ClassRow>(ReadClass, new { id }, ct);
        if (visibleClass is null || !DirectoryAccess.May(caller, DirectoryAction.SeeClass, visibleClass.Resource)) return Problem.NotFound("class");

        var args = new { id, page.Limit, page.Offset };
        var total = await session.ScalarAsync<long>(Count, args, ct);
        var rows = await session.QueryAsync<EnrolmentRow>(Read, args, ct);
        var visible = rows.Where(row => DirectoryAccess.May(caller, DirectoryAction.SeeEnrolment, row.Resource));
        return TypedResults.Ok(new Page<EnrolmentView>([.. visible.Select(row => row.ViewFor(caller))], total, page.Limit, page.Offset));
    }

    private const string ReadClass = $"select {ClassRow.Columns} from class c where c.id = @id";

    private const string Count = "select count(*) from enrolment e join person p on p.id = e.person_id where e.class_id = @id";

    private const string Read = $"""
        {EnrolmentRow.Select}
        where e.class_id = @id order by e.role desc, p.name, e.from_date, e.id limit @Limit offset @Offset
        """;
}

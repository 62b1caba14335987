using Meetings.Registration.Access;
using Meetings.Registration.People;
using Meetings.Registration.Publishing;
using Meetings.ServiceDefaults.Data;
using Meetings.ServiceDefaults.Http;
using Meetings.ServiceDefaults.Security;
using Microsoft.AspNetCore.Http.HttpResults;
using Npgsql;

namespace Meetings.Registration.Classes;

/// <summary>Puts someone on the roster of a class. Asked again for the same days it answers with the place that is there.</summary>
internal sealed partial class EnrolPerson(Database database, TimeProvider clock, ILogger<EnrolPerson> logger)
{
    /// <param name="PersonId">Or <paramref name="Email"/>: one of the two.</param>
    /// <param name="Role"><c>teacher</c> or <c>student</c>.</param>
    /// <param name="From">First day, included.</param>
    /// <param name="To">Last day, included; null while it lasts.</param>
    public sealed record Request(Guid? PersonId, string? Email, string? Role, DateOnly? From, DateOnly? To);

    public static void Map(IEndpointRouteBuilder classes) => classes.MapPost("/{id:guid}/enrollments",
        (Guid id, Request request, Caller caller, EnrolPerson useCase, CancellationToken ct) => useCase.HandleAsync(id, request, caller, ct));

    private async Task<Results<Created<EnrolmentView>, Ok<EnrolmentView>, ProblemHttpResult>> HandleAsync(
        Guid id, Request request, Caller caller, CancellationToken ct)
    {
        EmailAddress? email = null;
        if (request.From is not { } from) return Problem.Invalid("from", "The first day is missing.");
        if (request.To < from) return Problems.EndsBeforeItBegins;
        if (request.PersonId is null == request.Email is null) return Problem.Invalid("personId", "Give personId or email, one of them.");
        if (request.Email is not null && !EmailAddress.TryParse(request.Email, out email))
            return Problem.Invalid("email", "This is no e-mail address.");

        await using var session = await database.BeginAsync(caller, ct);
        var into = await session.QuerySingleOrDefaultAsync<ClassRow>(ReadClass, new { id }, ct);
        if (into is null || !DirectoryAccess.May(caller, DirectoryAction.SeeClass, into.Resource)) return Problems.ClassNotFound;
        if (!DirectoryAccess.May(caller, DirectoryAction.ChangeRoster, into.Resource)) return Problems.AdminsOnly;

        var person = await session.QuerySingleOrDefaultAsync<PersonRow>(
            ReadPerson, new { into.AcademyId, request.PersonId, Email = email?.Value }, ct);
        if (person is null || !EmailAddress.TryParse(person.Email, out email)) return Problems.UserNotFound;

        var domains = await session.ScalarAsync<string[]>(ReadDomains, new { into.AcademyId }, ct);
        if (EnrolmentRules.Refuse(email, person.Roles, request.Role ?? "", domains) is { } refusal) return Problems.Refused(refusal);

        // Locks the class: of two who enrol the same person the second sees the first's row.
        await session.ExecuteAsync(LockClass, new { id }, ct);
        var enrolmentId = Guid.CreateVersion7(clock.GetUtcNow());
        var row = new { Id = enrolmentId, into.AcademyId, ClassId = id, PersonId = person.Id, request.Role, From = from, request.To };
        if (await session.QuerySingleOrDefaultAsync<EnrolmentRow>(ReadSame, row, ct) is { } same) return TypedResults.Ok(same.ViewFor(caller));
        try
        {
            await session.ExecuteAsync(Insert, row, ct);
        }
        catch (PostgresException e) when (e.ConstraintName is "enrolment_no_overlap" or "enrolment_one_per_start")
        {
            return Problems.AlreadyEnrolled;
        }

        await DirectoryChanges.PublishAsync(session, [], [], [id], ct);
        await session.CommitAsync(ct);
        LogEnrolled(row.Id, id, person.Id);
        return TypedResults.Created($"/api/v1/classes/{id}/enrollments/{row.Id}",
            new EnrolmentView(row.Id, id, person.Id, person.Name, person.Email, request.Role!, from, request.To));
    }

    private const string ReadClass = $"select {ClassRow.Columns} from class c where c.id = @id";

    private const string ReadPerson = $"""
        select {PersonRow.Columns} from person p
        where p.academy_id = @AcademyId and (p.id = @PersonId::uuid or p.email = @Email::text)
        """;

    private const string ReadDomains = "select email_domains from academy where id = @AcademyId";

    private const string LockClass = "select 1 from class where id = @id for no key update";

    private const string ReadSame = $"""
        {EnrolmentRow.Select}
        where e.class_id = @ClassId and e.person_id = @PersonId and e.role = @Role
            and e.from_date = @From and e.to_date is not distinct from @To::date
        """;

    private const string Insert = """
        insert into enrolment (id, academy_id, class_id, person_id, role, from_date, to_date)
        values (@Id, @AcademyId, @ClassId, @PersonId, @Role, @From, @To)
        """;

    [LoggerMessage(Level = LogLevel.Information, Message = "Enrolment {EnrolmentId}: person {PersonId} in class {ClassId}")]
    private partial void LogEnrolled(Guid enrolmentId, Guid classId, Guid personId);
}

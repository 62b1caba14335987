using System.Text.Json.Serialization;
using Meetings.Registration.Access;
using Meetings.Registration.Publishing;
using Meetings.ServiceDefaults.Data;
using Meetings.ServiceDefaults.Http;
using Meetings.ServiceDefaults.Security;
using Microsoft.AspNetCore.Http.HttpResults;
using Npgsql;

namespace Meetings.Registration.Classes;

/// <summary>
/// Sets the last day of an enrolment, or takes it back. Enrolments are not deleted once they have begun: the roster of a past lesson must stay
/// what it was.
/// </summary>
internal sealed partial class EndEnrolment(Database database, TimeProvider clock, ILogger<EndEnrolment> logger)
{
    /// <param name="To">
    /// Last day, included; null for one that goes on, which has to be said: a body about something else must not undo an end.
    /// </param>
    public sealed record Request([property: JsonRequired] DateOnly? To);

    public static void Map(IEndpointRouteBuilder classes)
    {
        classes.MapPatch("/{id:guid}/enrollments/{enrolmentId:guid}",
            (Guid id, Guid enrolmentId, Request request, Caller caller, HttpContext http, EndEnrolment useCase, CancellationToken ct) =>
                useCase.PatchAsync(id, enrolmentId, request, caller, Preconditions.Read(http.Request.Headers.IfMatch), http.Response, ct));
        classes.MapDelete("/{id:guid}/enrollments/{enrolmentId:guid}",
            (Guid id, Guid enrolmentId, Caller caller, EndEnrolment useCase, CancellationToken ct) => useCase.DeleteAsync(id, enrolmentId, caller, ct));
    }

    private async Task<Results<Ok<EnrolmentView>, ProblemHttpResult>> PatchAsync(
        Guid id, Guid enrolmentId, Request request, Caller caller, Preconditions? seen, HttpResponse response, CancellationToken ct)
    {
        await using var session = await database.BeginAsync(caller, ct);
        var (enrolment, refusal) = await FindAsync(session, id, enrolmentId, caller, ct);
        if (enrolment is null) return refusal!;
        if (seen is null) return Preconditions.Required;
        if (!seen.Hold(enrolment.ViewFor(caller).Etag)) return Problems.EnrolmentChanged;
        if (request.To < enrolment.FromDate) return Problems.EndsBeforeItBegins;

        try
        {
            await ChangeAsync(session, id, SetEnd, new { enrolmentId, request.To }, ct);
        }
        catch (PostgresException e) when (e.ConstraintName is "enrolment_no_overlap")
        {
            return Problems.AlreadyEnrolled;
        }

        var changed = (enrolment with { ToDate = request.To }).ViewFor(caller);
        response.Headers.ETag = changed.Etag;
        return TypedResults.Ok(changed);
    }

    /// <summary>Today is the last day. What has not begun goes away; what is over stays as it is.</summary>
    private async Task<Results<NoContent, ProblemHttpResult>> DeleteAsync(Guid id, Guid enrolmentId, Caller caller, CancellationToken ct)
    {
        await using var session = await database.BeginAsync(caller, ct);
        var (enrolment, refusal) = await FindAsync(session, id, enrolmentId, caller, ct);
        if (enrolment is null) return refusal!;

        var zone = TimeZoneInfo.FindSystemTimeZoneById(await session.ScalarAsync<string>(ReadTimeZone, new { enrolment.AcademyId }, ct));
        var today = DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(clock.GetUtcNow(), zone).DateTime);
        if (enrolment.FromDate > today)
            await ChangeAsync(session, id, Remove, new { enrolmentId }, ct);
        else if (enrolment.ToDate is null || enrolment.ToDate > today)
            await ChangeAsync(session, id, SetEnd, new { enrolmentId, To = (DateOnly?)today }, ct);
        return TypedResults.NoContent();
    }

    private static async Task<(EnrolmentRow? Found, ProblemHttpResult? Refusal)> FindAsync(
        DatabaseSession session, Guid classId, Guid enrolmentId, Caller caller, CancellationToken ct)
    {
        await session.ExecuteAsync(LockClass, new { classId }, ct);
        var enrolment = await session.QuerySingleOrDefaultAsync<EnrolmentRow>(Read, new { classId, enrolmentId }, ct);
        if (enrolment is null || !DirectoryAccess.May(caller, DirectoryAction.SeeEnrolment, enrolment.Resource))
            return (null, Problems.EnrolmentNotFound);
        return DirectoryAccess.May(caller, DirectoryAction.ChangeRoster, enrolment.Resource) ? (enrolment, null) : (null, Problems.AdminsOnly);
    }

    private async Task ChangeAsync(DatabaseSession session, Guid classId, string sql, object args, CancellationToken ct)
    {
        if (await session.ExecuteAsync(sql, args, ct) == 0) return;
        await DirectoryChanges.PublishAsync(session, [], [], [classId], ct);
        await session.CommitAsync(ct);
        LogChanged(classId);
    }

    // Without effect for those who may not change the class: row level security locks only what the caller may update.
    private const string LockClass = "select 1 from class where id = @classId for no key update";

    private const string Read = $"{EnrolmentRow.Select} where e.class_id = @classId and e.id = @enrolmentId";

    private const string ReadTimeZone = "select time_zone from academy where id = @AcademyId";

    private const string SetEnd = "update enrolment set to_date = @To where id = @enrolmentId and to_date is distinct from @To::date";

    private const string Remove = "delete from enrolment where id = @enrolmentId";

    [LoggerMessage(Level = LogLevel.Information, Message = "An enrolment of class {ClassId} was changed")]
    private partial void LogChanged(Guid classId);
}

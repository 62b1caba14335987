using Meetings.Registration.Access;
using Meetings.Registration.Classes;
using Meetings.Registration.People;
using Meetings.ServiceDefaults.Data;
using Meetings.ServiceDefaults.Http;
using Meetings.ServiceDefaults.Security;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Options;

namespace Meetings.Registration.Registrants;

/// <summary>
/// Registers a student for all meetings of a class that are not over (S1-01 to S1-06). Enrolment does that by itself; this is an admin's word, which waits for the
/// outcome and goes also for who is not enrolled. Again, it registers nobody twice and tries what failed once more.
/// </summary>
internal sealed partial class RegisterStudent(
    Database database, RegistrantQueue queue, TimeProvider clock, IOptions<RegistrantsOptions> options, ILogger<RegisterStudent> logger)
{
    public sealed record Request(Guid? StudentId, Guid? ClassId);

    /// <param name="Message">For a person.</param>
    /// <param name="Registered">How many meetings they are registered for now that they were not before.</param>
    /// <param name="MeetingIds">Which.</param>
    /// <param name="AlreadyRegistered">How many they were registered for before.</param>
    /// <param name="Open">Where it has not come about: still on its way, or refused, and why.</param>
    public sealed record Response(string Message, int Registered, IReadOnlyList<Guid> MeetingIds, int AlreadyRegistered, IReadOnlyList<Outcome> Open);

    /// <param name="Status">pending or denied.</param>
    /// <param name="Reason">A problem code.</param>
    public sealed record Outcome(Guid MeetingId, string Status, string? Reason);

    private sealed record Upcoming(Guid MeetingId, bool IsRegistered);

    public static void Map(IEndpointRouteBuilder api) => api.MapPost("/registrations/students",
        (Request request, Caller caller, RegisterStudent useCase, CancellationToken ct) => useCase.HandleAsync(request, caller, ct));

    private async Task<Results<Ok<Response>, Accepted<Response>, ProblemHttpResult>> HandleAsync(Request request, Caller caller, CancellationToken ct)
    {
        var missing = new Dictionary<string, string[]>();
        if (request.StudentId is null) missing["studentId"] = ["The student is missing."];
        if (request.ClassId is null) missing["classId"] = ["The class is missing."];
        if (missing.Count > 0) return Problem.Invalid(missing);

        var (begun, refusal) = await BeginAsync(request.StudentId!.Value, request.ClassId!.Value, caller, ct);
        if (begun is null) return refusal!;
        var (before, taken) = begun.Value;
        if (before.Count == 0) return TypedResults.Ok(new Response("There are no upcoming meetings of the class with registration.", 0, [], 0, []));

        // What is begun is finished, also when nobody waits for the answer any more: the lease of what is taken up would only hold it up.
        await queue.WorkAsync(taken, options.Value.Patience, CancellationToken.None);

        var after = await ReadAsync(request.StudentId.Value, [.. before.Select(one => one.MeetingId)], ct);
        var were = before.Where(one => one.IsRegistered).Select(one => one.MeetingId).ToHashSet();
        var now = after.Where(one => one.Status is "approved" && !were.Contains(one.MeetingId)).Select(one => one.MeetingId).ToArray();
        var open = after.Where(one => one.Status is not "approved").ToArray();
        LogRegistered(request.StudentId.Value, request.ClassId.Value, now.Length, open.Length);
        var response = new Response($"Registered for {now.Length} of {after.Count} upcoming meetings.", now.Length, now, were.Count, open);
        return open.Any(one => one.Status is "pending") ? TypedResults.Accepted((string?)null, response) : TypedResults.Ok(response);
    }

    private async Task<((IReadOnlyList<Upcoming> Before, IReadOnlyList<DueRegistrant> Taken)? Begun, ProblemHttpResult? Refusal)> BeginAsync(
        Guid studentId, Guid classId, Caller caller, CancellationToken ct)
    {
        await using var session = await database.BeginAsync(caller, ct);
        var into = await session.QuerySingleOrDefaultAsync<ClassRow>(ReadClass, new { classId }, ct);
        if (into is null || !DirectoryAccess.May(caller, DirectoryAction.SeeClass, into.Resource)) return (null, Problems.ClassNotFound);
        if (!RegistrantAccess.May(caller, RegistrantAction.Decide, new MeetingResource(into.AcademyId))) return (null, Problems.AdminsOnly);

        var student = await session.QuerySingleOrDefaultAsync<PersonRow>(ReadPerson, new { studentId, into.AcademyId }, ct);
        if (student is null || !EmailAddress.TryParse(student.Email, out var email)) return (null, Problems.UserNotFound);
        var domains = await session.ScalarAsync<string[]>("select email_domains from academy where id = @AcademyId", new { into.AcademyId }, ct);
        if (EnrolmentRules.Refuse(email, student.Roles, Contracts.Directory.Roles.Student, domains) is { } refused)
            return (null, refused.Code is "DOMAIN_RESTRICTED" ? Problem.Forbidden(refused.Code, refused.Message) : Problems.NotAStudent);

        await RosterRegistration.LockAsync(session, [classId], ct);
        var args = new { studentId, classId, into.AcademyId, caller.PersonId, now = clock.GetUtcNow(), RegistrantQueue.Lease };
        var before = await session.QueryAsync<Upcoming>(ReadUpcoming, args, ct);
        var taken = await session.QueryAsync<DueRegistrant>(Register, args, ct);
        await session.CommitAsync(ct);
        return ((before, taken), null);
    }

    private async Task<IReadOnlyList<Outcome>> ReadAsync(Guid studentId, Guid[] meetings, CancellationToken ct)
    {
        await using var session = await database.BeginAsServiceAsync(ct);
        return await session.QueryAsync<Outcome>(ReadOutcomes, new { studentId, meetings }, ct);
    }

    private const string ReadClass = $"select {ClassRow.Columns} from class c where c.id = @classId";

    private const string ReadPerson = $"select {PersonRow.Columns} from person p where p.id = @studentId and p.academy_id = @AcademyId";

    // Of meetings m. A started lesson is upcoming until it ends (X14b).
    private const string IsUpcoming =
        "m.class_id = @classId and m.is_open and exists (select from meeting_date d where d.meeting_id = m.id and d.ends_at > @now)";

    private const string ReadUpcoming = $"""
        select m.id as meeting_id, r.state is not distinct from 'approved' as is_registered
        from meeting m left join registrant r on r.meeting_id = m.id and r.person_id = @studentId
        where {IsUpcoming} order by m.id
        """;

    // Taken up in the same moment, by the one who waits for it; what is under way elsewhere stays there, and whom the provider is forgetting is told to it after that.
    private const string Register = $"""
        with taken as (
            insert into registrant (meeting_id, person_id, academy_id, state, by_roster, requested_by, due_at, tries, created_at, updated_at)
            select m.id, @studentId, @AcademyId, 'queued', false, @PersonId, @now + @Lease, 1, @now, @now from meeting m
            where {IsUpcoming} order by m.id
            on conflict (meeting_id, person_id) do update set state = 'queued', by_roster = registrant.by_roster and registrant.state in ('refused', 'queued'),
                is_barred = false, reason = null, provider_code = null, tries = 1,
                requested_by = coalesce(registrant.requested_by, excluded.requested_by),
                due_at = case when registrant.state = 'leaving' and registrant.due_at > @now then registrant.due_at else excluded.due_at end,
                version = registrant.version + 1, updated_at = @now
            where registrant.state not in ('approved', 'queued') or (registrant.state = 'queued' and registrant.due_at <= @now)
            returning *)
        select t.meeting_id, t.person_id, t.academy_id, t.state, t.version, t.tries, p.name, p.email, a.email_domains
        from taken t join person p on p.id = t.person_id join academy a on a.id = t.academy_id
        where t.due_at = @now + @Lease
        """;

    private const string ReadOutcomes = $"""
        select r.meeting_id, {RegistrantState.StatusSql} as status, r.reason from registrant r
        where r.person_id = @studentId and r.meeting_id = any(@meetings) order by r.meeting_id
        """;

    [LoggerMessage(Level = LogLevel.Information, Message = "Student {StudentId} registered for {Count} meetings of class {ClassId}, {Open} are open")]
    private partial void LogRegistered(Guid studentId, Guid classId, int count, int open);
}

using Meetings.Registration.Access;
using Meetings.ServiceDefaults.Data;
using Meetings.ServiceDefaults.Http;
using Meetings.ServiceDefaults.Security;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Meetings.Registration.Registrants;

/// <summary>
/// Registers people for a meeting: at once in the queue to its provider when an admin says so, as a request to the admins when one of its teachers does (X15). Who
/// is registered stays it; asked again, what was refused is tried again. An admin registers also whom they took off before.
/// </summary>
internal sealed partial class RegisterPeople(Database database, KnownMeetings meetings, TimeProvider clock, ILogger<RegisterPeople> logger)
{
    private const int MaxPeople = 500;

    /// <param name="UserIds">1 to 500 people of the meeting's academy.</param>
    public sealed record Request(IReadOnlyList<Guid>? UserIds);

    /// <summary>What becomes of them is told by the list of registrants.</summary>
    /// <param name="Accepted">In the queue, asked for, or registered already.</param>
    /// <param name="Denied">An admin took them off: only an admin brings them back.</param>
    /// <param name="Unknown">Nobody of the academy whom the caller knows.</param>
    public sealed record Response(Guid MeetingId, IReadOnlyList<Guid> Accepted, IReadOnlyList<Guid> Denied, IReadOnlyList<Guid> Unknown);

    public static void Map(IEndpointRouteBuilder api) => api.MapPost("/meetings/{id}/registrants",
        (string id, Request request, Caller caller, RegisterPeople useCase, CancellationToken ct) => useCase.HandleAsync(id, request, caller, ct));

    private async Task<Results<Accepted<Response>, ProblemHttpResult>> HandleAsync(string id, Request request, Caller caller, CancellationToken ct)
    {
        if (request.UserIds is not { Count: >= 1 and <= MaxPeople } asked) return Problem.Invalid("userIds", $"Give 1 to {MaxPeople} ids of people.");
        var (meeting, refusal) = await meetings.FindAsync(id, caller, ct);
        if (meeting is null) return refusal!;
        var decides = RegistrantAccess.May(caller, RegistrantAction.Decide, meeting.Resource);
        if (!decides && !RegistrantAccess.May(caller, RegistrantAction.Ask, meeting.Resource)) return Problems.AdminsOnly;
        if (!meeting.IsOpen) return Problems.Closed;
        return await WriteAsync(meeting, [.. asked.Distinct()], decides, caller, ct);
    }

    private async Task<Accepted<Response>> WriteAsync(KnownMeeting meeting, Guid[] people, bool decides, Caller caller, CancellationToken ct)
    {
        await using var session = await database.BeginAsync(caller, ct);
        var known = (await session.QueryAsync<Guid>(ReadPeople, new { people, meeting.AcademyId }, ct)).ToArray();
        var args = new { meeting.Id, meeting.AcademyId, People = known, caller.PersonId, now = clock.GetUtcNow() };
        await RosterRegistration.LockAsync(session, [meeting.ClassId], ct);
        await session.ExecuteAsync(decides ? Register : Ask, args, ct);
        var denied = await session.QueryAsync<Guid>(ReadDenied, args, ct);
        await session.CommitAsync(ct);
        LogRegistered(meeting.Id, known.Length - denied.Count, caller.PersonId, decides);
        return TypedResults.Accepted(
            $"/api/v1/meetings/{meeting.Id}/registrants", new Response(meeting.Id, [.. known.Except(denied)], denied, [.. people.Except(known)]));
    }

    private const string ReadPeople = "select id from person where id = any(@people) and academy_id = @AcademyId order by id";

    // What is under way, or waits for its time, goes on as it is.
    private const string Register = """
        insert into registrant (meeting_id, person_id, academy_id, state, by_roster, requested_by, due_at, created_at, updated_at)
        select @Id, person_id, @AcademyId, 'queued', false, @PersonId, @now, @now, @now from unnest(@People) person_id order by person_id
        on conflict (meeting_id, person_id) do update set state = 'queued', by_roster = registrant.by_roster and registrant.state = 'refused',
            is_barred = false, reason = null, provider_code = null, tries = 0, requested_by = coalesce(registrant.requested_by, excluded.requested_by),
            due_at = greatest(registrant.due_at, @now), version = registrant.version + 1, updated_at = @now
        where registrant.state not in ('approved', 'queued')
        """;

    private const string Ask = """
        insert into registrant (meeting_id, person_id, academy_id, state, by_roster, requested_by, created_at, updated_at)
        select @Id, person_id, @AcademyId, 'requested', false, @PersonId, @now, @now from unnest(@People) person_id order by person_id
        on conflict (meeting_id, person_id) do update set state = 'requested', by_roster = false, reason = null, provider_code = null,
            requested_by = excluded.requested_by, version = registrant.version + 1, updated_at = @now
        where registrant.state in ('refused', 'left', 'void') and not registrant.is_barred
        """;

    private const string ReadDenied = "select person_id from registrant where meeting_id = @Id and person_id = any(@People) and is_barred order by person_id";

    [LoggerMessage(Level = LogLevel.Information, Message = "Meeting {MeetingId}: {Count} people to be registered, said {PersonId} (decides: {Decides})")]
    private partial void LogRegistered(Guid meetingId, int count, Guid personId, bool decides);
}

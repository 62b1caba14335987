using Meetings.Registration.Access;
using Meetings.ServiceDefaults.Data;
using Meetings.ServiceDefaults.Security;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Meetings.Registration.Registrants;

/// <summary>
/// Denies what a teacher asked for, or takes somebody off: also at the provider, where their link is void then. It sticks: the roster does not bring them back, only
/// an admin does. Taken off already is taken off.
/// </summary>
internal sealed partial class RemoveRegistrant(Database database, KnownMeetings meetings, TimeProvider clock, ILogger<RemoveRegistrant> logger)
{
    public static void Map(IEndpointRouteBuilder api) => api.MapDelete("/meetings/{id}/registrants/{userId:guid}",
        (string id, Guid userId, Caller caller, RemoveRegistrant useCase, CancellationToken ct) => useCase.HandleAsync(id, userId, caller, ct));

    private async Task<Results<NoContent, ProblemHttpResult>> HandleAsync(string id, Guid userId, Caller caller, CancellationToken ct)
    {
        var (meeting, refusal) = await meetings.FindAsync(id, caller, ct);
        if (meeting is null) return refusal!;
        if (!RegistrantAccess.May(caller, RegistrantAction.Decide, meeting.Resource)) return Problems.AdminsOnly;

        await using var session = await database.BeginAsync(caller, ct);
        if (await session.ExecuteAsync(Remove, new { meeting.Id, userId, now = clock.GetUtcNow() }, ct) == 0) return Problems.RegistrantNotFound;
        await session.CommitAsync(ct);
        LogRemoved(meeting.Id, userId, caller.PersonId);
        return TypedResults.NoContent();
    }

    // Somebody may be registering them in this moment: the provider is told after that.
    private const string Remove = """
        update registrant set is_barred = true, version = version + 1, updated_at = @now,
            state = case when state in ('queued', 'approved', 'leaving') then 'leaving' when state = 'void' then 'void' else 'left' end,
            reason = null, provider_code = null, tries = 0,
            due_at = case when state in ('queued', 'approved', 'leaving') then greatest(due_at, @now) end
        where meeting_id = @Id and person_id = @userId
        """;

    [LoggerMessage(Level = LogLevel.Information, Message = "Meeting {MeetingId}: {UserId} is taken off, said {PersonId}")]
    private partial void LogRemoved(Guid meetingId, Guid userId, Guid personId);
}

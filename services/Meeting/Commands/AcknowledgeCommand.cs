using Meetings.ServiceDefaults.Data;
using Meetings.ServiceDefaults.Security;

namespace Meetings.Meeting.Commands;

/// <summary>A client says that it has done what it was told. Saying it again changes nothing.</summary>
internal sealed class AcknowledgeCommand(Database db, TimeProvider clock)
{
    public static void Map(RouteGroupBuilder commands) => commands.MapPost(
        "/{seq:long}/ack", (string id, long seq, Caller caller, AcknowledgeCommand useCase, CancellationToken ct) => useCase.HandleAsync(id, seq, caller, ct))
        .WithName("AcknowledgeCommand")
        .Produces(StatusCodes.Status204NoContent);

    private async Task<IResult> HandleAsync(string id, long seq, Caller caller, CancellationToken ct)
    {
        await using var session = await db.BeginAsync(caller, ct);
        if (await CommandFeed.FindAsync(session, caller, id, ct) is not { } meeting) return Problems.MeetingNotFound;
        if (await HeardCommand.FindAsync(session, caller, meeting, seq, ct) is null) return Problems.CommandNotFound;
        await session.ExecuteAsync(Insert, new { meeting.Id, seq, caller.PersonId, now = clock.GetUtcNow() }, ct);
        await session.CommitAsync(ct);
        return TypedResults.NoContent();
    }

    private const string Insert = """
        insert into meeting_command_ack (meeting_id, seq, person_id, at) values (@Id, @seq, @PersonId, @now) on conflict do nothing
        """;
}

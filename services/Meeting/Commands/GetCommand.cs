using Meetings.ServiceDefaults.Data;
using Meetings.ServiceDefaults.Security;

namespace Meetings.Meeting.Commands;

/// <summary>One command. Those who run the meeting see who has acknowledged it.</summary>
internal sealed class GetCommand(Database db)
{
    public sealed record Acknowledgement(Guid PersonId, DateTimeOffset At);

    /// <param name="Acknowledgements">Null for whom it is for: they see the command and no more.</param>
    /// <param name="WaitingFor">Those it is for who have not acknowledged it. Null when it needs none, or is for everyone.</param>
    public sealed record Response(CommandResponse Command, IReadOnlyList<Acknowledgement>? Acknowledgements, IReadOnlyList<Guid>? WaitingFor);

    public static void Map(RouteGroupBuilder commands) => commands.MapGet(
        "/{seq:long}", (string id, long seq, Caller caller, GetCommand useCase, CancellationToken ct) => useCase.HandleAsync(id, seq, caller, ct))
        .WithName("GetCommand")
        .Produces<Response>();

    private async Task<IResult> HandleAsync(string id, long seq, Caller caller, CancellationToken ct)
    {
        await using var session = await db.BeginAsync(caller, ct);
        if (await CommandFeed.FindAsync(session, caller, id, ct) is not { } meeting) return Problems.MeetingNotFound;
        if (await HeardCommand.FindAsync(session, caller, meeting, seq, ct) is not { } command) return Problems.CommandNotFound;
        if (!CommandAccess.MayCommand(caller, meeting)) return TypedResults.Ok(new Response(CommandResponse.Of(command, caller.PersonId), null, null));

        var acknowledgements = await session.QueryAsync<Acknowledgement>(ReadAcknowledgements, new { meeting.Id, seq }, ct);
        var waitingFor = command is { Critical: true, Targets: { } targets } ? targets.Except(acknowledgements.Select(one => one.PersonId)).ToList() : null;
        return TypedResults.Ok(new Response(CommandResponse.Of(command, reader: null), acknowledgements, waitingFor));
    }

    private const string ReadAcknowledgements = "select person_id, at from meeting_command_ack where meeting_id = @Id and seq = @seq order by at, person_id";
}

using Meetings.ServiceDefaults.Data;
using Meetings.ServiceDefaults.Http;
using Meetings.ServiceDefaults.Security;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Logging;

namespace Meetings.ServiceDefaults.Messaging.FailedMessages;

/// <summary>
/// Asks for messages to be sent again to the queue in which they failed: one, or all of a queue. The answer says that it will happen, also when the
/// broker is away just now. Asking twice is asking once.
/// </summary>
internal sealed partial class ReplayFailedMessages(Database db, FailedMessageKeeper keeper, TimeProvider clock, ILogger<ReplayFailedMessages> logger)
{
    /// <param name="State">As in the list.</param>
    public sealed record One(Guid Id, string State);

    /// <param name="Requested">How many messages of the queue were failed, and are replayed now.</param>
    public sealed record Whole(string Queue, int Requested);

    private const string Request = """
        update failed_message set state = 'replaying', leased_until = null, replay_requested_at = @now, replay_requested_by = @by
        where state = 'failed' and (id = @id or queue = @queue)
        """;

    private const string Read = "select id, state from failed_message where id = @id";

    public static void Map(RouteGroupBuilder messages)
    {
        messages.MapPost("/{id:guid}/replay", (Guid id, Caller caller, ReplayFailedMessages useCase, CancellationToken ct) => useCase.HandleAsync(id, caller, ct));
        messages.MapPost("/replay", (string? queue, Caller caller, ReplayFailedMessages useCase, CancellationToken ct) => useCase.HandleAsync(queue, caller, ct));
    }

    private async Task<Results<Accepted<One>, ProblemHttpResult>> HandleAsync(Guid id, Caller caller, CancellationToken ct)
    {
        if (!caller.IsSuperAdmin) return Problem.Forbidden();

        await using var session = await db.BeginAsync(caller, ct);
        var requested = await RequestAsync(session, id, null, caller, ct);
        var message = await session.QuerySingleOrDefaultAsync<One>(Read, new { id }, ct);
        if (message is null) return Problem.NotFound("failed-message");

        await session.CommitAsync(ct);
        if (requested > 0) LogRequested(id, caller.PersonId);
        keeper.Wake();
        return TypedResults.Accepted((string?)null, message);
    }

    private async Task<Results<Accepted<Whole>, ProblemHttpResult>> HandleAsync(string? queue, Caller caller, CancellationToken ct)
    {
        if (!caller.IsSuperAdmin) return Problem.Forbidden();
        if (string.IsNullOrEmpty(queue)) return Problem.Invalid("queue", "must name the queue whose messages are to be replayed");

        await using var session = await db.BeginAsync(caller, ct);
        var requested = await RequestAsync(session, null, queue, caller, ct);
        await session.CommitAsync(ct);
        LogQueueRequested(requested, queue, caller.PersonId);
        keeper.Wake();
        return TypedResults.Accepted((string?)null, new Whole(queue, requested));
    }

    private Task<int> RequestAsync(DatabaseSession session, Guid? id, string? queue, Caller caller, CancellationToken ct) =>
        session.ExecuteAsync(Request, new { id, queue, now = clock.GetUtcNow(), by = caller.PersonId }, ct);

    [LoggerMessage(Level = LogLevel.Information, Message = "Replay of failed message {FailedMessageId} was asked for by {PersonId}")]
    private partial void LogRequested(Guid failedMessageId, Guid personId);

    [LoggerMessage(Level = LogLevel.Information, Message = "Replay of {Count} failed messages of {Queue} was asked for by {PersonId}")]
    private partial void LogQueueRequested(int count, string queue, Guid personId);
}

using Meetings.ServiceDefaults.Data;
using Meetings.ServiceDefaults.Http;
using Meetings.ServiceDefaults.Security;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Logging;

namespace Meetings.ServiceDefaults.Messaging.FailedMessages;

/// <summary>Forgets a message that shall not take effect any more. Not one that is on its way: that may take effect.</summary>
internal sealed partial class DiscardFailedMessage(Database db, FailedMessageKeeper keeper, ILogger<DiscardFailedMessage> logger)
{
    private const string Lock = "select state from failed_message where id = @id for update";

    private const string Delete = "delete from failed_message where id = @id";

    public static void Map(RouteGroupBuilder messages) => messages.MapDelete("/{id:guid}",
        (Guid id, Caller caller, DiscardFailedMessage useCase, CancellationToken ct) => useCase.HandleAsync(id, caller, ct));

    public async Task<Results<NoContent, ProblemHttpResult>> HandleAsync(Guid id, Caller caller, CancellationToken ct)
    {
        if (!caller.IsSuperAdmin) return Problem.Forbidden();

        await using var session = await db.BeginAsync(caller, ct);
        var state = await session.QuerySingleOrDefaultAsync<string>(Lock, new { id }, ct);
        if (state is null) return Problem.NotFound("failed-message");
        if (state == "replaying") return Problem.Of(StatusCodes.Status409Conflict, "failed-message-replaying", "This message is being replayed.");

        await session.ExecuteAsync(Delete, new { id }, ct);
        await session.CommitAsync(ct);
        LogDiscarded(id, caller.PersonId);
        keeper.Wake();
        return TypedResults.NoContent();
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Failed message {FailedMessageId} was discarded by {PersonId}")]
    private partial void LogDiscarded(Guid failedMessageId, Guid personId);
}

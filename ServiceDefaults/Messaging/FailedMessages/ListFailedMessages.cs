using Meetings.ServiceDefaults.Data;
using Meetings.ServiceDefaults.Http;
using Meetings.ServiceDefaults.Security;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Meetings.ServiceDefaults.Messaging.FailedMessages;

/// <summary>What was given up on, the latest failure first, for operators. Without bodies: those hold personal data, and are for replaying.</summary>
internal sealed class ListFailedMessages(Database db)
{
    /// <param name="Reason"><c>fault</c>, <c>skipped</c> or <c>delivery_limit</c>.</param>
    /// <param name="ExceptionMessage">Its first line, without what may be personal.</param>
    /// <param name="Failures">How often it came here, each time after all its retries.</param>
    /// <param name="State"><c>failed</c>, <c>replaying</c> (asked for, and not yet confirmed by the broker) or <c>replayed</c>.</param>
    public sealed record Item(
        Guid Id, string Queue, Guid MessageId, string? MessageType, string Reason, string? ExceptionType, string? ExceptionMessage, DateTimeOffset FailedAt,
        int Failures, string State, int Replays, DateTimeOffset? ReplayedAt);

    private const string Matching = "from failed_message where (@queue is null or queue = @queue) and (@state is null or state = @state)";

    private const string Count = $"select count(*) {Matching}";

    private const string Read = $"""
        select id, queue, message_id, message_type, reason, exception_type, exception_message, failed_at, failures, state, replays, replayed_at
        {Matching} order by failed_at desc, id limit @Limit offset @Offset
        """;

    public static void Map(RouteGroupBuilder messages) => messages.MapGet("",
        (string? queue, string? state, PageRequest page, Caller caller, ListFailedMessages useCase, CancellationToken ct) =>
            useCase.HandleAsync(queue, state, page, caller, ct));

    public async Task<Results<Ok<Page<Item>>, ProblemHttpResult>> HandleAsync(
        string? queue, string? state, PageRequest page, Caller caller, CancellationToken ct)
    {
        if (!caller.IsSuperAdmin) return Problem.Forbidden();
        if (state is not (null or "failed" or "replaying" or "replayed")) return Problem.Invalid("state", "must be failed, replaying or replayed");

        await using var session = await db.BeginAsync(caller, ct);
        var total = await session.ScalarAsync<long>(Count, new { queue, state }, ct);
        var items = await session.QueryAsync<Item>(Read, new { queue, state, page.Limit, page.Offset }, ct);
        return TypedResults.Ok(new Page<Item>(items, total, page.Limit, page.Offset));
    }
}

using Meetings.ServiceDefaults.Data;
using Meetings.ServiceDefaults.Http;
using Meetings.ServiceDefaults.Messaging;
using Meetings.ServiceDefaults.Security;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Meetings.WebhookIngress.Deliveries;

/// <summary>
/// Reads a stored delivery again and publishes what it says: after a consumer lost it, or after a fix of what sent it to quarantine. Harmless to do
/// twice, since consumers go by what an event says.
/// </summary>
internal sealed partial class ReplayDelivery(
    Database db, IEnumerable<IProviderReader> readers, TimeProvider clock, ILogger<ReplayDelivery> logger)
{
    private readonly Dictionary<string, IProviderReader> _readers = readers.ToDictionary(reader => reader.Provider);

    /// <param name="State">After reading it again.</param>
    /// <param name="Published">How many events went out.</param>
    public sealed record Response(Guid Id, string State, string? Reason, int Published);

    private const string Load = "select id, provider, body, body_sha256, received_at from delivery where id = @id for update";

    // A delivery leaving quarantine takes the key of what it says. If the event has come meanwhile in another delivery, that one has it.
    private const string Update = """
        update delivery set state = @state, reason = @reason, event = @name, account_id = coalesce(@account, account_id),
            replays = replays + 1, replayed_at = @now, replayed_by = @by,
            dedupe_key = case when exists (select from delivery other where other.dedupe_key = @key) then dedupe_key else @key end
        where id = @id
        """;

    public static void Map(RouteGroupBuilder deliveries) => deliveries.MapPost("/{id:guid}/replay",
        (Guid id, Caller caller, ReplayDelivery useCase, CancellationToken ct) => useCase.HandleAsync(id, caller, ct));

    public async Task<Results<Ok<Response>, ProblemHttpResult>> HandleAsync(Guid id, Caller caller, CancellationToken ct)
    {
        if (!caller.IsSuperAdmin) return Problem.Forbidden();

        await using var session = await db.BeginAsync(caller, ct);
        var stored = await session.QuerySingleOrDefaultAsync<Stored>(Load, new { id }, ct);
        if (stored is null) return Problem.NotFound("delivery");
        if (stored.Body is null) return Problem.Of(StatusCodes.Status409Conflict, "delivery-erased", "The body of this delivery has been erased.");

        var read = _readers[stored.Provider].Read(new DeliveryBody(stored.Body, stored.BodySha256, id, stored.ReceivedAt));
        if (read is null) return Problem.Of(StatusCodes.Status409Conflict, "delivery-not-an-event", "This delivery tells of no event.");

        var state = read.State.Word();
        await session.ExecuteAsync(Update, new
        {
            id, state, reason = read.Reason, name = read.Name, account = read.AccountId, key = read.DedupeKey, now = clock.GetUtcNow(), by = caller.PersonId,
        }, ct);
        OutboxMessage[] messages = [.. SittingMessages.AllOf(read)];
        foreach (var message in messages) session.Publish(message);

        await session.CommitAsync(ct);
        LogReplayed(id, caller.PersonId, state, messages.Length);
        return TypedResults.Ok(new Response(id, state, read.Reason, messages.Length));
    }

    private sealed record Stored(Guid Id, string Provider, byte[]? Body, byte[] BodySha256, DateTimeOffset ReceivedAt);

    [LoggerMessage(Level = LogLevel.Information, Message = "Delivery {DeliveryId} was replayed by {PersonId}: {State}, {Published} events published")]
    private partial void LogReplayed(Guid deliveryId, Guid personId, string state, int published);
}

using Meetings.ServiceDefaults.Data;
using Meetings.ServiceDefaults.Http;
using Meetings.ServiceDefaults.Security;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Meetings.WebhookIngress.Deliveries;

/// <summary>What arrived, the newest first, for operators. Without bodies: those hold personal data, and are for replaying.</summary>
internal sealed class ListDeliveries(Database db)
{
    /// <param name="Reason">Why it had no effect.</param>
    /// <param name="BodyKept">False once its retention is over: it can no longer be replayed.</param>
    public sealed record Item(
        Guid Id, string Provider, string? Event, string? AccountId, string State, string? Reason, DateTimeOffset ReceivedAt, bool BodyKept,
        int Replays, DateTimeOffset? ReplayedAt);

    private const string Columns =
        "id, provider, event, account_id, state, reason, received_at, body is not null as body_kept, replays, replayed_at";

    public static void Map(RouteGroupBuilder deliveries) => deliveries.MapGet("",
        (string? provider, string? state, PageRequest page, Caller caller, ListDeliveries useCase, CancellationToken ct) =>
            useCase.HandleAsync(provider, state, page, caller, ct));

    public async Task<Results<Ok<Page<Item>>, ProblemHttpResult>> HandleAsync(
        string? provider, string? state, PageRequest page, Caller caller, CancellationToken ct)
    {
        if (!caller.IsSuperAdmin) return Problem.Forbidden();
        if (state is not (null or "received" or "quarantined" or "ignored"))
        {
            return Problem.Invalid("state", "must be received, quarantined or ignored");
        }

        await using var session = await db.BeginAsync(caller, ct);
        var matching = Matching(provider, state);
        var total = await session.ScalarAsync<long>($"select count(*) {matching}", new { provider }, ct);
        var items = await session.QueryAsync<Item>(
            $"select {Columns} {matching} order by id desc limit @Limit offset @Offset", new { provider, page.Limit, page.Offset }, ct);
        return TypedResults.Ok(new Page<Item>(items, total, page.Limit, page.Offset));
    }

    // Plans are made without values (docs/decisions/0011), so the state, which is one of our own words, stands in the text: few are in quarantine, and
    // they have an index.
    private static string Matching(string? provider, string? state) =>
        $"from delivery where {(state is null ? "true" : $"state = '{state}'")} and {(provider is null ? "true" : "provider = @provider")}";
}

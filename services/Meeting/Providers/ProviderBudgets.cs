using Meetings.ServiceDefaults.Background;
using Meetings.ServiceDefaults.Data;

namespace Meetings.Meeting.Providers;

/// <summary>Something of which a provider allows so and so much per UTC day.</summary>
internal sealed record Budget(string Provider, string Kind);

/// <summary>
/// What is used of the providers' daily limits, by all replicas together. Taken before a call and given back when it came to nothing, so that those who count
/// themselves are not asked in vain; what they say themselves holds all the same.
/// </summary>
internal sealed class ProviderBudgets(Database db, TimeProvider clock) : IPeriodicWork
{
    /// <summary>Code of a <see cref="ProviderException"/> for what was not even asked for.</summary>
    public const string Exhausted = "budget";

    public TimeSpan Every => TimeSpan.FromHours(1);

    /// <summary>Takes one of each.</summary>
    /// <returns>Those of which there was one left.</returns>
    public async Task<IReadOnlySet<string>> TakeAsync(Budget budget, IReadOnlyCollection<string> keys, int perDay, CancellationToken ct) =>
        (await TakeAsync(budget, keys, wanted: 1, perDay, ct)).Where(one => one.Granted > 0).Select(one => one.Key).ToHashSet();

    /// <summary>Takes as many as there are left, up to what is wanted.</summary>
    public async Task<int> TakeAsync(Budget budget, string key, int wanted, int perDay, CancellationToken ct) =>
        wanted == 0 ? 0 : (await TakeAsync(budget, [key], wanted, perDay, ct)).Single().Granted;

    /// <param name="keys">One for each that was taken; the same may stand there several times.</param>
    public async Task GiveBackAsync(Budget budget, IReadOnlyCollection<string> keys, CancellationToken ct)
    {
        await using var session = await db.BeginAsServiceAsync(ct);
        await session.ExecuteAsync(Return, new { budget.Provider, budget.Kind, Keys = keys.ToArray(), Today }, ct);
        await session.CommitAsync(ct);
    }

    /// <summary>Forgets the days that are over.</summary>
    public async Task RunAsync(CancellationToken ct)
    {
        await using var session = await db.BeginAsServiceAsync(ct);
        await session.ExecuteAsync(Forget, new { Today }, ct);
        await session.CommitAsync(ct);
    }

    private DateTime Today => clock.GetUtcNow().UtcDateTime.Date;

    private async Task<IReadOnlyList<(string Key, int Granted)>> TakeAsync(Budget budget, IReadOnlyCollection<string> keys, int wanted, int perDay, CancellationToken ct)
    {
        await using var session = await db.BeginAsServiceAsync(ct);
        var args = new { budget.Provider, budget.Kind, Keys = keys.Distinct().ToArray(), Today, wanted, perDay };
        await session.ExecuteAsync(Open, args, ct);
        var granted = await session.QueryAsync<(string, int)>(Take, args, ct);
        await session.CommitAsync(ct);
        return granted;
    }

    // In one order everywhere, here and below: who takes several at once waits for others, and never they for each other. The row is held and of today from
    // here on, so that nobody forgets it in between.
    private const string Open = """
        insert into provider_budget as b (provider, kind, key, day, used) select @Provider, @Kind, key, @Today::date, 0 from unnest(@Keys) key order by key
        on conflict (provider, kind, key) do update set used = case when b.day = excluded.day then b.used else 0 end, day = excluded.day
        """;

    private const string Take = """
        with before as (
            select key, used from provider_budget where provider = @Provider and kind = @Kind and key = any(@Keys) order by key for update)
        update provider_budget b set used = greatest(least(before.used + @wanted, @perDay), before.used)
        from before where b.provider = @Provider and b.kind = @Kind and b.key = before.key
        returning b.key, b.used - before.used
        """;

    private const string Forget = """
        with over as (select provider, kind, key from provider_budget where day < @Today::date order by provider, kind, key for update skip locked)
        delete from provider_budget b using over where (b.provider, b.kind, b.key) = (over.provider, over.kind, over.key)
        """;

    private const string Return = """
        with back as (select key, count(*)::int as number from unnest(@Keys) key group by key),
        held as (
            select b.key, back.number from provider_budget b join back using (key)
            where b.provider = @Provider and b.kind = @Kind and b.day = @Today::date order by b.key for update of b)
        update provider_budget b set used = greatest(b.used - held.number, 0)
        from held where b.provider = @Provider and b.kind = @Kind and b.key = held.key
        """;
}

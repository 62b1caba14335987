using System.Diagnostics;
using System.Net;
using Meetings.Contracts.Sittings;
using Meetings.Testing;
using Npgsql;

namespace Meetings.WebhookIngress.Tests;

/// <summary>2xx means that it is on disk; when it cannot be put there, 503 within two seconds. A service of its own for each: these tests break things.</summary>
public sealed class DurabilityTests : IAsyncLifetime
{
    private const string OfSitting = "select count(*) from delivery where encode(body, 'escape') like '%' || @uuid || '%'";

    private readonly IngressService _ingress = new();

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync() => _ingress.InitializeAsync();

    public ValueTask DisposeAsync() => _ingress.DisposeAsync();

    [Fact, Trait("Acceptance", "X20")]
    public async Task No_answer_comes_before_the_commit()
    {
        var uuid = ZoomSays.Uuid();
        await using var db = NpgsqlDataSource.Create(_ingress.ConnectionString);
        await using var other = await db.OpenConnectionAsync(Ct);
        await using var transaction = await other.BeginTransactionAsync(Ct);
        await using (var takeTable = new NpgsqlCommand("lock table delivery in share row exclusive mode", other)) await takeTable.ExecuteNonQueryAsync(Ct);

        var answer = _ingress.SendAsync(ZoomSays.Joined(uuid));
        await WriterWaitsAsync(1);
        Assert.False(answer.IsCompleted);
        await transaction.CommitAsync(Ct);

        Assert.Equal(HttpStatusCode.OK, (await answer).StatusCode);
        Assert.Equal(1, await _ingress.CountAsync(OfSitting, ("uuid", uuid)));
    }

    [Fact]
    public async Task A_repeat_is_not_answered_while_it_is_open_whether_the_original_is_there()
    {
        var uuid = ZoomSays.Uuid();
        await _ingress.SendAsync(ZoomSays.Joined(uuid));
        await using var db = NpgsqlDataSource.Create(_ingress.ConnectionString);
        await using var other = await db.OpenConnectionAsync(Ct);
        await using var transaction = await other.BeginTransactionAsync(Ct);
        // Somebody's transaction has the row, and nobody knows yet whether it will be there afterwards.
        const string TakeRow = "delete from delivery where encode(body, 'escape') like '%' || @uuid || '%'";
        await using (var take = new NpgsqlCommand(TakeRow, other) { Parameters = { new("uuid", uuid) } }) await take.ExecuteNonQueryAsync(Ct);

        var answer = _ingress.SendAsync(ZoomSays.Joined(uuid));
        await WriterWaitsAsync(1);
        Assert.False(answer.IsCompleted);
        await transaction.RollbackAsync(Ct);

        Assert.Equal(HttpStatusCode.OK, (await answer).StatusCode);
        Assert.Equal(1, await _ingress.CountAsync(OfSitting, ("uuid", uuid)));
    }

    [Fact, Trait("Hostile", "71"), Trait("Acceptance", "X20")]
    public async Task A_writer_that_is_held_up_answers_503_within_two_seconds_and_stores_it_all_the_same()
    {
        var uuid = ZoomSays.Uuid();
        await using var db = NpgsqlDataSource.Create(_ingress.ConnectionString);
        await using var other = await db.OpenConnectionAsync(Ct);
        await using var transaction = await other.BeginTransactionAsync(Ct);
        await using (var takeTable = new NpgsqlCommand("lock table delivery in share row exclusive mode", other)) await takeTable.ExecuteNonQueryAsync(Ct);

        var waited = Stopwatch.StartNew();
        var answer = await _ingress.SendAsync(ZoomSays.Joined(uuid));

        Assert.InRange(waited.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(2));
        Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType!.MediaType);
        Assert.True(answer.Headers.RetryAfter!.Delta > TimeSpan.Zero);
        await transaction.CommitAsync(Ct);

        Assert.Equal(HttpStatusCode.OK, (await _ingress.SendAsync(ZoomSays.Joined(uuid))).StatusCode);
        Assert.Equal(1, await _ingress.CountAsync(OfSitting, ("uuid", uuid)));
        await _ingress.DrainedAsync();
        Assert.Single(await _ingress.PublishedAsync(uuid, 1));
    }

    [Fact, Trait("Hostile", "71")]
    public async Task While_the_database_is_away_the_answer_is_503_at_once_and_afterwards_all_is_well_by_itself()
    {
        var (before, during) = (ZoomSays.Uuid(), ZoomSays.Uuid());
        Assert.Equal(HttpStatusCode.OK, (await _ingress.SendAsync(ZoomSays.Started(before))).StatusCode);

        await IngressService.AdministerAsync($"alter database \"{_ingress.Database}\" with allow_connections false");
        await _ingress.CutConnectionsAsync();
        for (var i = 0; i < 20; i++)
        {
            var waited = Stopwatch.StartNew();
            var answer = await _ingress.SendAsync(ZoomSays.Started(during));
            Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
            Assert.NotNull(answer.Headers.RetryAfter);
            Assert.InRange(waited.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(2));
        }

        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await _ingress.Client.GetAsync(new Uri("/health", UriKind.Relative), Ct)).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await _ingress.Client.GetAsync(new Uri("/alive", UriKind.Relative), Ct)).StatusCode);

        await IngressService.AdministerAsync($"alter database \"{_ingress.Database}\" with allow_connections true");
        Assert.Equal(HttpStatusCode.OK, (await _ingress.SendAsync(ZoomSays.Started(during))).StatusCode);
        Assert.Single(await _ingress.PublishedAsync(before, 1));
        Assert.Single(await _ingress.PublishedAsync(during, 1));
        Assert.Equal(1, await _ingress.CountAsync(OfSitting, ("uuid", before)));
    }

    [Fact, Trait("Hostile", "71"), Trait("Hostile", "50")]
    public async Task What_livekit_tells_while_the_database_is_away_is_asked_for_again_with_its_gap()
    {
        var sid = LiveKitSays.Sid();
        string[] bodies = [LiveKitSays.Joined(sid), LiveKitSays.Left(sid, change: e => e["numDropped"] = 7)];

        await IngressService.AdministerAsync($"alter database \"{_ingress.Database}\" with allow_connections false");
        await _ingress.CutConnectionsAsync();
        foreach (var body in bodies)
        {
            var waited = Stopwatch.StartNew();
            var answer = await _ingress.SendLiveKitAsync(body);
            Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
            Assert.NotNull(answer.Headers.RetryAfter);
            Assert.InRange(waited.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(2));
        }

        await IngressService.AdministerAsync($"alter database \"{_ingress.Database}\" with allow_connections true");
        foreach (var body in bodies) Assert.Equal(HttpStatusCode.OK, (await _ingress.SendLiveKitAsync(body)).StatusCode);
        await _ingress.DrainedAsync();
        Assert.Equal(
            [nameof(ParticipantJoined), nameof(ParticipantLeft), nameof(SittingGapReported)],
            (await _ingress.PublishedAsync(sid, 3)).Select(e => e.GetType().Name).Order());
    }

    [Fact, Trait("Hostile", "71")]
    public async Task Connections_cut_by_a_restart_of_the_database_cost_no_delivery()
    {
        // Several connections in the pool, all of them dead afterwards.
        await Task.WhenAll(Enumerable.Range(0, 64).Select(_ => _ingress.SendAsync(ZoomSays.Started())));
        await _ingress.CutConnectionsAsync();

        var answers = await Task.WhenAll(Enumerable.Range(0, 64).Select(_ => _ingress.SendAsync(ZoomSays.Started())));

        Assert.All(answers, answer => Assert.Equal(HttpStatusCode.OK, answer.StatusCode));
    }

    [Fact, Trait("Hostile", "72")]
    public async Task A_read_only_database_is_our_trouble_and_not_the_senders()
    {
        await IngressService.AdministerAsync($"alter database \"{_ingress.Database}\" set default_transaction_read_only = on");
        await _ingress.CutConnectionsAsync();

        var answer = await _ingress.SendAsync(ZoomSays.Started());
        Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
        Assert.NotNull(answer.Headers.RetryAfter);

        await IngressService.AdministerAsync($"alter database \"{_ingress.Database}\" reset default_transaction_read_only");
        await _ingress.CutConnectionsAsync();
        Assert.Equal(HttpStatusCode.OK, (await _ingress.SendAsync(ZoomSays.Started())).StatusCode);
    }

    [Fact, Trait("Hostile", "73")]
    public async Task Without_a_broker_webhooks_are_accepted_and_published_when_it_is_back()
    {
        var uuid = ZoomSays.Uuid();
        await _ingress.TakeBrokerAwayAsync();

        // More than the relay takes up at a time.
        await _ingress.AcceptedAsync(ZoomSays.JoinsOf(uuid, 600));
        Assert.Equal(HttpStatusCode.OK, (await _ingress.Client.GetAsync(new Uri("/health", UriKind.Relative), Ct)).StatusCode);
        Assert.Equal(600, await _ingress.CountAsync("select count(*) from outbox"));

        await _ingress.BringBrokerBackAsync();
        var told = await _ingress.PublishedAsync(uuid, 600, TimeSpan.FromMinutes(2));
        Assert.Equal(600, told.Cast<ParticipantJoined>().Select(joined => joined.ConnectionId).Distinct().Count());
        await _ingress.DrainedAsync(TimeSpan.FromMinutes(2));
    }

    [Fact]
    public async Task Two_replicas_with_the_same_repeats_in_any_order_store_each_once_and_lock_nobody_out()
    {
        var second = _ingress.StartReplica();
        var uuids = Enumerable.Range(0, 40).Select(_ => ZoomSays.Uuid()).ToList();
        var bodies = uuids.Select(uuid => ZoomSays.Joined(uuid)).ToList();

        var answers = await Task.WhenAll(
            Enumerable.Range(0, 10).SelectMany(_ => bodies).Select((body, i) => _ingress.SendAsync(body, to: i % 2 == 0 ? _ingress.Client : second))
                .Concat(Enumerable.Range(0, 10).SelectMany(_ => bodies.AsEnumerable().Reverse()).Select((body, i) => _ingress.SendAsync(body, to: i % 2 == 0 ? second : _ingress.Client))));

        Assert.All(answers, answer => Assert.Equal(HttpStatusCode.OK, answer.StatusCode));
        foreach (var uuid in uuids) Assert.Equal(1, await _ingress.CountAsync(OfSitting, ("uuid", uuid)));
        await _ingress.DrainedAsync();
        foreach (var uuid in uuids) Assert.Single(await _ingress.PublishedAsync(uuid, 1));
    }

    /// <summary>Our writer waits for a lock: by now it would have answered, had it not waited for its commit.</summary>
    private Task WriterWaitsAsync(long writers) => Eventually.Holds(
        async () => await _ingress.CountAsync(
            "select count(*) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock' and query like '%insert into delivery%'") >= writers,
        "the writer to wait for the lock");
}

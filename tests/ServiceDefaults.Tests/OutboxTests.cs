using System.Collections.Concurrent;
using Meetings.Contracts.Sittings;
using Meetings.ServiceDefaults.Data;
using Meetings.ServiceDefaults.Messaging;
using Meetings.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace Meetings.ServiceDefaults.Tests;

public sealed class OutboxTests : IAsyncDisposable
{
    private readonly Service _service = new();

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_message_goes_out_with_the_commit_and_not_without()
    {
        await _service.InitializeAsync();
        var heard = new ConcurrentQueue<Guid>();
        var host = await _service.StartAsync(heard);

        await using (var abandoned = await host.Services.GetRequiredService<Database>().BeginAsServiceAsync(Ct))
        {
            abandoned.Publish(Started());
        }

        await PublishAsync(host);

        await Eventually.Holds(() => Task.FromResult(!heard.IsEmpty), "the committed message");
        await Eventually.Get(_service.WaitingInOutboxAsync, waiting => waiting == 0, "an empty outbox");
        Assert.Single(heard);
    }

    [Fact, Trait("Hostile", "75")]
    public async Task A_message_that_nobody_would_get_stays_until_somebody_listens()
    {
        await _service.InitializeAsync();
        var deaf = await _service.StartAsync();

        await PublishAsync(deaf);
        await Eventually.Get(() => _service.AskAsync<int>("select max(attempts) from outbox"), attempts => attempts > 0, "an attempt");
        Assert.Equal(1, await _service.WaitingInOutboxAsync());

        var heard = new ConcurrentQueue<Guid>();
        await _service.StartAsync(heard);

        await Eventually.Holds(() => Task.FromResult(!heard.IsEmpty), "the message that was kept");
        await Eventually.Get(_service.WaitingInOutboxAsync, waiting => waiting == 0, "an empty outbox");
    }

    [Fact, Trait("Hostile", "72")]
    public async Task A_message_outlasts_a_read_only_database_and_does_not_end_among_the_errors()
    {
        await _service.InitializeAsync();
        var heard = new ConcurrentQueue<Guid>();
        // Oftener than a message that is itself to blame is tried.
        var host = await _service.StartAsync(heard, new(Enumerable.Repeat(new PostgresException("read-only", "ERROR", "ERROR", PostgresErrorCodes.ReadOnlySqlTransaction), 5)));

        await PublishAsync(host);

        await Eventually.Holds(() => Task.FromResult(!heard.IsEmpty), "the message, in the end");
    }

    [Fact, Trait("Hostile", "78")]
    public async Task A_message_published_before_a_crash_and_not_marked_is_published_again_under_its_id()
    {
        await _service.InitializeAsync();
        var heard = new ConcurrentQueue<Guid>();
        var host = await _service.StartAsync(heard);
        await PublishAsync(host);
        await Eventually.Holds(() => Task.FromResult(!heard.IsEmpty), "the first delivery");
        var id = heard.Single();
        await Eventually.Get(_service.WaitingInOutboxAsync, waiting => waiting == 0, "an empty outbox");

        // What a crash between the publish and the delete leaves behind: the row, under a lease that runs out.
        await _service.AskAsync<int>($$"""
            insert into outbox (id, message_type, body, leased_until)
            values ('{{id}}', 'Meetings.Contracts.Sittings.SittingStarted', '{"DeliveryId":"{{id}}","Sitting":{"Provider":"zoom","MeetingId":"1","SittingId":"a"},"At":"2026-09-14T06:00:00Z","ReceivedAt":"2026-09-14T06:00:01Z"}', now() - interval '1 second')
            returning 1
            """);

        await Eventually.Holds(() => Task.FromResult(heard.Count == 2), "the second delivery");
        Assert.All(heard, seen => Assert.Equal(id, seen));
    }

    [Fact, Trait("Hostile", "81")]
    public async Task Two_relays_share_an_outbox_and_publish_each_message_once()
    {
        await _service.InitializeAsync();
        var heard = new ConcurrentQueue<Guid>();
        var one = await _service.StartAsync(heard);
        await _service.StartAsync(heard);

        for (var i = 0; i < 20; i++)
        {
            await using var session = await one.Services.GetRequiredService<Database>().BeginAsServiceAsync(Ct);
            for (var j = 0; j < 50; j++) session.Publish(Started());
            await session.CommitAsync(Ct);
        }

        await Eventually.Get(_service.WaitingInOutboxAsync, waiting => waiting == 0, "an empty outbox");
        await Eventually.Holds(() => Task.FromResult(heard.Count >= 1000), "a thousand messages");
        Assert.Equal(1000, heard.Distinct().Count());
        Assert.Equal(1000, heard.Count);
    }

    [Fact]
    public async Task What_a_replica_commits_it_publishes_without_claiming_it()
    {
        await _service.InitializeAsync();
        var heard = new ConcurrentQueue<Guid>();
        var host = await _service.StartAsync(heard);
        await PublishAsync(host);
        await Eventually.Holds(() => Task.FromResult(!heard.IsEmpty), "the first of its kind, which asks the broker whether anybody listens");
        await _service.AskAsync<int>("""
            create table claimed (id uuid);
            create function note_claim() returns trigger language plpgsql security definer as 'begin insert into claimed values (new.id); return new; end';
            create trigger outbox_claimed after update on outbox for each row execute function note_claim();
            select 1
            """);

        for (var i = 0; i < 50; i++) await PublishAsync(host);

        await Eventually.Holds(() => Task.FromResult(heard.Count == 51), "all messages");
        await Eventually.Get(_service.WaitingInOutboxAsync, waiting => waiting == 0, "an empty outbox");
        Assert.Equal(0, await _service.AskAsync<long>("select count(*) from claimed"));
        Assert.Equal(51, heard.Distinct().Count());
    }

    [Fact, Trait("Hostile", "78")]
    public async Task A_replica_that_stops_leaves_nothing_under_its_lease()
    {
        await _service.InitializeAsync();
        var heard = new ConcurrentQueue<Guid>();
        var stopping = await _service.StartAsync(heard);
        await PublishAsync(stopping);
        await Eventually.Get(_service.WaitingInOutboxAsync, waiting => waiting == 0, "an empty outbox");

        await using (var session = await stopping.Services.GetRequiredService<Database>().BeginAsServiceAsync(Ct))
        {
            for (var i = 0; i < 3000; i++) session.Publish(Started());
            await session.CommitAsync(Ct);
        }

        await stopping.StopAsync(Ct);
        Assert.Equal(0, await _service.AskAsync<long>("select count(*) from outbox where leased_until > now()"));

        await _service.StartAsync(heard);
        await Eventually.Holds(() => Task.FromResult(heard.Distinct().Count() == 3001), "every message");
    }

    [Fact, Trait("Hostile", "78")]
    public async Task A_replica_that_stops_leaves_nothing_under_its_lease_that_it_claimed()
    {
        await _service.InitializeAsync();
        var stopping = await _service.StartAsync([]);
        await _service.AskAsync<long>($$$"""
            with waiting as (
                insert into outbox (id, message_type, body)
                select gen_random_uuid(), 'Meetings.Contracts.Sittings.SittingStarted', '{"DeliveryId":"{{{Guid.CreateVersion7()}}}","Sitting":{"Provider":"zoom","MeetingId":"1","SittingId":"a"},"At":"2026-09-14T06:00:00Z","ReceivedAt":"2026-09-14T06:00:01Z"}'
                from generate_series(1, 20000) returning 1)
            select count(*) from waiting
            """);
        await Eventually.Holds(async () => await _service.AskAsync<long>("select count(*) from outbox where leased_until > now()") > 0, "the first of them to be claimed");

        await stopping.StopAsync(Ct);

        Assert.Equal(0, await _service.AskAsync<long>("select count(*) from outbox where leased_until > now()"));
        Assert.NotEqual(0, await _service.WaitingInOutboxAsync());
    }

    [Fact, Trait("Hostile", "72")]
    public async Task An_error_that_nobody_foresaw_does_not_end_the_deletion_of_what_was_confirmed()
    {
        await _service.InitializeAsync();
        await _service.StartAsync();
        var id = Guid.CreateVersion7();
        await _service.AskAsync<int>($"insert into outbox (id, message_type, body, leased_until) values ('{id}', 'Some.Message', '', now() + interval '1 hour') returning 1");
        var (away, tries) = (true, 0);
        var source = new NpgsqlDataSourceBuilder(_service.Postgres);
        source.UsePhysicalConnectionInitializer(_ => Connect(), _ => Task.Run(Connect));
        await using var db = source.Build();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Ct);

        var confirmed = new ConfirmedMessages(db, NullLogger<ConfirmedMessages>.Instance);
        var deleting = confirmed.DeleteAsync(stop.Token);
        confirmed.Add(id);
        await Eventually.Holds(() => Task.FromResult(Volatile.Read(ref tries) > 0), "a try to delete it");
        Volatile.Write(ref away, false);

        await Eventually.Get(_service.WaitingInOutboxAsync, waiting => waiting == 0, "an empty outbox");
        await stop.CancelAsync();
        await deleting;

        void Connect()
        {
            if (!Volatile.Read(ref away)) return;
            Interlocked.Increment(ref tries);
            throw new InvalidOperationException("Nobody foresaw this.");
        }
    }

    [Fact]
    public async Task One_transaction_hands_over_no_more_than_is_kept_in_memory()
    {
        await _service.InitializeAsync();
        var host = await _service.StartAsync([]);
        await PublishAsync(host);
        await Eventually.Get(_service.WaitingInOutboxAsync, waiting => waiting == 0, "the first of its kind, which asks the broker whether anybody listens");

        await using var session = await host.Services.GetRequiredService<Database>().BeginAsServiceAsync(Ct);
        OutboxMessage[] school = [.. Enumerable.Range(0, 6000).Select(_ => OutboxMessage.Of(Started()))];
        var added = await Outbox.AddAsync(session.Connection, session.Transaction, school, host.Services.GetRequiredService<OutboxHandover>(), Ct);

        Assert.InRange(added.Taken.Count(taken => taken), 1, 4096);
    }

    [Fact]
    public async Task What_a_consumer_has_handled_it_does_not_handle_again()
    {
        await _service.InitializeAsync();
        var database = (await _service.StartAsync()).Services.GetRequiredService<Database>();
        var message = Guid.CreateVersion7();

        await using (var rolledBack = await database.BeginAsServiceAsync(Ct)) Assert.True(await rolledBack.TryReceiveAsync(message, "consumer", Ct));
        await using (var first = await database.BeginAsServiceAsync(Ct))
        {
            Assert.True(await first.TryReceiveAsync(message, "consumer", Ct));
            await first.CommitAsync(Ct);
        }

        await using var second = await database.BeginAsServiceAsync(Ct);
        Assert.False(await second.TryReceiveAsync(message, "consumer", Ct));
        Assert.True(await second.TryReceiveAsync(message, "another", Ct));
    }

    public ValueTask DisposeAsync() => _service.DisposeAsync();

    private static SittingStarted Started() =>
        new(Guid.CreateVersion7(), Service.Sitting, DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch);

    private static async Task PublishAsync(IHost host)
    {
        await using var session = await host.Services.GetRequiredService<Database>().BeginAsServiceAsync(Ct);
        session.Publish(Started());
        await session.CommitAsync(Ct);
    }
}

using Meetings.ServiceDefaults.Data;
using Meetings.ServiceDefaults.Security;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Meetings.ServiceDefaults.Tests;

public sealed class DatabaseTests : IAsyncDisposable
{
    private static readonly Guid Ours = Guid.CreateVersion7();
    private static readonly Guid Theirs = Guid.CreateVersion7();

    private readonly Service _service = new();

    // In which role, for which academy, and how many notes are seen.
    private const string Sight = "select current_user || ' ' || coalesce(current_setting('app.academy_id', true), '') || ' ' || (select count(*) from note)";

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Replicas_that_start_together_migrate_once()
    {
        await _service.InitializeAsync();

        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => _service.StartAsync()));

        Assert.Equal(4, await _service.AskAsync<long>("select count(*) from schema_migration"));
    }

    [Fact]
    public async Task A_migration_that_was_changed_after_it_ran_stops_the_start()
    {
        await _service.InitializeAsync();
        await _service.StartAsync();
        await _service.AskAsync<string>("update schema_migration set checksum = 'another' where name = '0001_note.sql' returning name");

        var refusal = await Assert.ThrowsAsync<InvalidOperationException>(() => _service.StartAsync());

        Assert.Contains("0001_note.sql", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_was_applied_is_closed_also_when_the_next_migration_fails()
    {
        await _service.InitializeAsync();
        await _service.AskAsync<long>("create table note (in_the_way int); select 1::bigint");

        await Assert.ThrowsAsync<PostgresException>(() => _service.StartAsync());

        Assert.True(await _service.AskAsync<bool>("select relrowsecurity from pg_class where relname = 'outbox'"));
        Assert.True(await _service.AskAsync<bool>("select has_table_privilege('meetings_service', 'outbox', 'insert')"));
    }

    [Theory]
    [Trait("Hostile", "72")]
    [InlineData("25006", true)] // read-only
    [InlineData("53100", true)] // disk full
    [InlineData("53300", true)] // too many connections
    [InlineData("57014", true)] // statement took too long
    [InlineData("57P01", true)] // shutting down
    [InlineData("40P01", true)] // deadlock
    [InlineData("22021", false)] // a character that cannot be
    [InlineData("23505", false)] // not unique
    public void What_passes_is_told_from_what_does_not(string state, bool own) =>
        Assert.Equal(own, DatabaseTrouble.IsOwn(new PostgresException("refused", "ERROR", "ERROR", state)));

    [Fact]
    public async Task A_caller_sees_what_a_policy_shows_and_nothing_of_a_table_without_one()
    {
        var database = await WithNotesAsync();

        await using var session = await database.BeginAsync(Of(Ours), Ct);

        Assert.Equal("ours", await session.ScalarAsync<string>("select string_agg(body, ',') from note", null, Ct));
        Assert.Equal(0, await session.ScalarAsync<long>("select count(*) from secret", null, Ct));
        var refused = await Assert.ThrowsAsync<PostgresException>(() =>
            session.ExecuteAsync("insert into secret (id) values (gen_random_uuid())", null, Ct));
        Assert.Equal(PostgresErrorCodes.InsufficientPrivilege, refused.SqlState);
    }

    [Fact]
    public async Task A_hundred_sessions_of_two_academies_never_see_one_another()
    {
        var database = await WithNotesAsync();

        await Parallel.ForEachAsync(Enumerable.Range(0, 100), Ct, async (i, ct) =>
        {
            await using var session = await database.BeginAsync(Of(i % 2 == 0 ? Ours : Theirs), ct);
            Assert.Equal(i % 2 == 0 ? "ours" : "theirs", await session.ScalarAsync<string>("select string_agg(body, ',') from note", null, ct));
        });
    }

    [Fact]
    public async Task Who_asked_in_one_round_trip_is_forgotten_after_it()
    {
        var database = await WithNotesAsync();

        // More than enough for every connection of the pool to be used by callers, by the service, and by statements that are prepared on the way.
        await Parallel.ForEachAsync(Enumerable.Range(0, 600), Ct, async (i, ct) =>
        {
            var (before, seen) = await database.ReadAsync(
                i % 3 == 0 ? null : Of(i % 3 == 1 ? Ours : Theirs), Sight, rows => rows.ReadSingleAsync<string>(), Sight, rows => rows.ReadSingleAsync<string>(), null, ct);
            Assert.Equal("meetings_service  2", before);
            Assert.Equal((i % 3) switch { 0 => "meetings_service  2", 1 => $"meetings_caller {Ours} 1", _ => $"meetings_caller {Theirs} 1" }, seen);
        });
    }

    [Fact]
    public async Task Who_asked_is_forgotten_also_when_the_read_fails()
    {
        var database = await WithNotesAsync();

        for (var i = 0; i < 40; i++)
        {
            await Assert.ThrowsAsync<PostgresException>(() => database.ReadAsync(
                Of(Ours), "select 1", rows => rows.ReadSingleAsync<int>(), "select 1 / 0", rows => rows.ReadSingleAsync<int>(), null, Ct));
            Assert.Equal("meetings_service  2", await database.ReadAsServiceAsync(Sight, null, rows => rows.ReadSingleAsync<string>(), Ct));
        }
    }

    [Fact]
    public async Task Every_table_is_under_row_level_security()
    {
        await WithNotesAsync();

        Assert.Equal(0, await _service.AskAsync<long>("""
            select count(*) from pg_class where relnamespace = 'public'::regnamespace and relkind in ('r', 'p')
            and not relrowsecurity and relname <> 'schema_migration'
            """));
    }

    public ValueTask DisposeAsync() => _service.DisposeAsync();

    private static Caller Of(Guid academy) => new(Guid.CreateVersion7(), academy, ["teacher"]);

    private async Task<Database> WithNotesAsync()
    {
        await _service.InitializeAsync();
        var database = (await _service.StartAsync()).Services.GetRequiredService<Database>();
        await using var session = await database.BeginAsServiceAsync(Ct);
        await session.ExecuteAsync("""
            insert into note (id, academy_id, body) values (gen_random_uuid(), @Ours, 'ours'), (gen_random_uuid(), @Theirs, 'theirs');
            insert into secret (id) values (gen_random_uuid())
            """, new { Ours, Theirs }, Ct);
        await session.CommitAsync(Ct);
        return database;
    }
}

using System.Net;
using System.Text.Json.Nodes;
using Grpc.Core;

namespace Meetings.ServiceDefaults.Tests;

/// <summary>When the database does not do its part, every service says so soon, and how long to wait; and goes on by itself when it does again.</summary>
public sealed class OwnTroubleTests : IAsyncLifetime
{
    // About two seconds, on a machine that has other things to do. Left to the driver it would be fifteen or thirty.
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(5);

    private TroubledHost _service = null!;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _service = await TroubledHost.StartAsync();

    public ValueTask DisposeAsync() => _service.DisposeAsync();

    [Fact]
    [Trait("Hostile", "71")]
    public async Task A_database_that_refuses_connections_is_503_and_afterwards_all_is_well_by_itself()
    {
        await WellAsync();

        _service.Proxy.Refuse();
        for (var i = 0; i < 10; i++) await TroubledAsync();

        _service.Proxy.Restore();
        await WellAsync();
    }

    [Fact]
    [Trait("Hostile", "71")]
    public async Task A_database_that_has_gone_silent_is_503_also_for_connections_that_are_open_already()
    {
        await WellAsync();

        _service.Proxy.FallSilent();
        for (var i = 0; i < 3; i++) await TroubledAsync();

        _service.Proxy.Restore();
        await WellAsync();
    }

    [Fact]
    [Trait("Hostile", "72")]
    public async Task Out_of_connections_is_503()
    {
        await using var first = await _service.Database.BeginAsServiceAsync(Ct);
        await using (await _service.Database.BeginAsServiceAsync(Ct)) await TroubledAsync();

        await WellAsync();
    }

    [Fact]
    [Trait("Hostile", "72")]
    public async Task A_read_only_database_is_503_for_what_writes_and_goes_on_for_what_reads()
    {
        await _service.AdministerAsync("alter database $database set default_transaction_read_only = on");
        await _service.CutConnectionsAsync();
        await Testing.Eventually.Holds(async () => (await _service.AskAsync()).Answer.IsSuccessStatusCode, "the service to read");
        await TroubledAsync("delete from inbox");

        await _service.AdministerAsync("alter database $database reset default_transaction_read_only");
        await _service.CutConnectionsAsync();
        await Testing.Eventually.Holds(async () => (await _service.AskAsync("delete from inbox")).Answer.IsSuccessStatusCode, "the service to write");
    }

    [Theory]
    [Trait("Hostile", "72")]
    [InlineData("53100", "disk full")]
    [InlineData("53300", "too many connections")]
    [InlineData("57P03", "starting up")]
    [InlineData("40P01", "deadlock")]
    public async Task What_the_server_says_of_its_own_state_is_503(string state, string because)
    {
        Assert.NotEmpty(because);
        await TroubledAsync(Raise(state));
        await WellAsync();
    }

    [Fact]
    [Trait("Hostile", "71")]
    public async Task What_takes_too_long_is_503_and_given_up_at_the_server_too()
    {
        await TroubledAsync("select pg_sleep(20)");

        // Its connection is free again: both are.
        await using var first = await _service.Database.BeginAsServiceAsync(Ct);
        await using var second = await _service.Database.BeginAsServiceAsync(Ct);
        Assert.Equal(0, await second.ScalarAsync<long>("select count(*) from pg_stat_activity where datname = current_database() and state = 'active' and query like '%pg_sleep(20)' and pid <> pg_backend_pid()", null, Ct));
    }

    [Fact]
    public async Task A_writer_that_cannot_keep_up_is_503()
    {
        var (answer, _) = await _service.AskAsync(path: "/full");

        Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
        Assert.NotNull(answer.Headers.RetryAfter);
    }

    [Theory]
    [InlineData("42703", "a column that is not there")]
    [InlineData("42501", "something that is not permitted")]
    [InlineData("23505", "something that is there already")]
    public async Task A_defect_is_no_passing_trouble(string state, string because)
    {
        Assert.NotEmpty(because);
        var (answer, _) = await _service.AskAsync(Raise(state));

        Assert.Equal(HttpStatusCode.InternalServerError, answer.StatusCode);
        Assert.Null(answer.Headers.RetryAfter);
        Assert.NotEqual(StatusCode.Unavailable, (await _service.AskAsSiblingAsync(Raise(state))).Answer);
    }

    [Fact]
    public async Task Work_for_which_nobody_waits_may_take_its_time()
    {
        await using var session = await _service.Database.BeginAsServiceAsync(Ct);

        Assert.Equal(1, await session.ScalarAsync<int>("select 1 from pg_sleep(3)", null, Ct));
    }

    private static string Raise(string state) => $"do $$ begin raise exception 'refused' using errcode = '{state}'; end $$";

    // By itself, if perhaps not with the very first try: the driver may have put aside what it takes for lost.
    private async Task WellAsync()
    {
        await Testing.Eventually.Holds(async () => (await _service.AskAsync()).Answer.StatusCode == HttpStatusCode.NoContent, "answers over HTTP");
        await Testing.Eventually.Holds(async () => (await _service.AskAsSiblingAsync()).Answer == StatusCode.OK, "answers over gRPC");
    }

    private async Task TroubledAsync(string sql = "select 1")
    {
        var (answer, took) = await _service.AskAsync(sql);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
        Assert.InRange(took, TimeSpan.Zero, Soon);
        Assert.True(answer.Headers.RetryAfter!.Delta > TimeSpan.Zero);
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType!.MediaType);
        var problem = JsonNode.Parse(await answer.Content.ReadAsStringAsync(Ct))!;
        Assert.Equal("temporarily-unavailable", (string)problem["code"]!);
        Assert.NotNull(problem["traceId"]);

        var (status, tookSibling) = await _service.AskAsSiblingAsync(sql);
        Assert.Equal(StatusCode.Unavailable, status);
        Assert.InRange(tookSibling, TimeSpan.Zero, Soon);
    }
}

using System.Diagnostics;
using System.Net;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Http.Resilience;
using Microsoft.Extensions.Options;
using Polly.CircuitBreaker;
using Polly.Timeout;

namespace Compat.Http.Tests.Resilience;

public sealed class StandardResilienceTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private static StubHandler Answers(params Func<HttpResponseMessage>[] answers)
    {
        var next = -1;
        return new StubHandler((_, _) => Task.FromResult(answers[Math.Min(Interlocked.Increment(ref next), answers.Length - 1)]()));
    }

    private static Func<HttpResponseMessage> Status(int code) => () => new HttpResponseMessage((HttpStatusCode)code);

    private static ServiceProvider Services(StubHandler server, Action<HttpStandardResilienceOptions> configure)
    {
        var services = new ServiceCollection();
        services.AddHttpClient("c").ConfigurePrimaryHttpMessageHandler(() => server).AddStandardResilienceHandler(options =>
        {
            options.Retry.Delay = TimeSpan.FromMilliseconds(1);
            configure(options);
        });
        return services.BuildServiceProvider();
    }

    private static HttpClient Client(ServiceProvider services)
    {
        var client = services.GetRequiredService<IHttpClientFactory>().CreateClient("c");
        client.BaseAddress = new Uri("http://x.test");
        return client;
    }

    [Theory]
    [InlineData(500)]
    [InlineData(503)]
    [InlineData(408)]
    [InlineData(429)]
    public async Task Transient_answers_are_retried(int code)
    {
        using var server = Answers(Status(code), Status(code), Status(200));
        await using var services = Services(server, _ => { });
        Assert.Equal(HttpStatusCode.OK, (await Client(services).GetAsync("/", Ct)).StatusCode);
        Assert.Equal(3, server.Requests.Count);
    }

    [Theory]
    [InlineData(200)]
    [InlineData(400)]
    [InlineData(404)]
    [InlineData(409)]
    public async Task Other_answers_are_not(int code)
    {
        using var server = Answers(Status(code));
        await using var services = Services(server, _ => { });
        Assert.Equal(code, (int)(await Client(services).GetAsync("/", Ct)).StatusCode);
        Assert.Single(server.Requests);
    }

    [Fact]
    public async Task After_three_retries_the_last_answer_is_given()
    {
        using var server = Answers(Status(500));
        await using var services = Services(server, _ => { });
        Assert.Equal(500, (int)(await Client(services).GetAsync("/", Ct)).StatusCode);
        Assert.Equal(4, server.Requests.Count);
    }

    [Fact]
    public async Task Failed_connections_are_retried()
    {
        using var server = Answers(() => throw new HttpRequestException("refused"), Status(200));
        await using var services = Services(server, _ => { });
        Assert.Equal(200, (int)(await Client(services).GetAsync("/", Ct)).StatusCode);
        Assert.Equal(2, server.Requests.Count);
    }

    [Fact]
    public async Task Retry_after_is_honoured()
    {
        using var server = Answers(
            () => new HttpResponseMessage(HttpStatusCode.TooManyRequests) { Headers = { RetryAfter = new(TimeSpan.FromSeconds(1)) } },
            Status(200));
        await using var services = Services(server, _ => { });
        var clock = Stopwatch.StartNew();
        await Client(services).GetAsync("/", Ct);
        Assert.Equal(2, server.Requests.Count);
        Assert.InRange(clock.ElapsedMilliseconds, 950, 5000);
    }

    [Fact]
    public async Task A_post_is_retried_with_its_body_unless_that_is_disabled()
    {
        using var server = Answers(Status(500), Status(200));
        await using var services = Services(server, _ => { });
        Assert.Equal(200, (int)(await Client(services).PostAsync("/", new StringContent("body"), Ct)).StatusCode);
        Assert.Equal(["body", "body"], server.Requests.Select(request => request.Body));
    }

    [Theory]
    [InlineData("POST", 1)]
    [InlineData("PUT", 1)]
    [InlineData("PATCH", 1)]
    [InlineData("DELETE", 1)]
    [InlineData("GET", 4)]
    public async Task Unsafe_methods_are_sent_once_when_their_retries_are_disabled(string method, int sent)
    {
        using var server = Answers(Status(500));
        await using var services = Services(server, options => options.Retry.DisableForUnsafeHttpMethods());
        using var request = new HttpRequestMessage(new HttpMethod(method), "/");
        await Client(services).SendAsync(request, Ct);
        Assert.Equal(sent, server.Requests.Count);

        using var unreachable = Answers(() => throw new HttpRequestException("refused"));
        await using var others = Services(unreachable, options => options.Retry.DisableForUnsafeHttpMethods());
        using var again = new HttpRequestMessage(new HttpMethod(method), "/");
        await Assert.ThrowsAsync<HttpRequestException>(() => Client(others).SendAsync(again, Ct));
        Assert.Equal(sent, unreachable.Requests.Count);
    }

    [Fact]
    public async Task An_attempt_that_takes_too_long_is_cut_off_and_retried()
    {
        var calls = 0;
        using var server = new StubHandler(async (_, ct) =>
        {
            if (Interlocked.Increment(ref calls) == 1) await Task.Delay(Timeout.Infinite, ct);
            return new HttpResponseMessage();
        });
        await using var services = Services(server, options => options.AttemptTimeout.Timeout = TimeSpan.FromMilliseconds(100));
        Assert.Equal(200, (int)(await Client(services).GetAsync("/", Ct)).StatusCode);
        Assert.Equal(2, server.Requests.Count);
    }

    [Fact]
    public async Task All_attempts_together_are_cut_off_too()
    {
        using var server = new StubHandler(async (_, ct) => { await Task.Delay(Timeout.Infinite, ct); return new(); });
        await using var services = Services(server, options =>
        {
            // Far enough apart that a machine with much to do does not blur them.
            options.AttemptTimeout.Timeout = TimeSpan.FromSeconds(1);
            options.TotalRequestTimeout.Timeout = TimeSpan.FromSeconds(2.5);
        });
        await Assert.ThrowsAsync<TimeoutRejectedException>(() => Client(services).GetAsync("/", Ct));
        Assert.Equal(3, server.Requests.Count);
    }

    [Fact]
    public async Task A_caller_who_gives_up_is_not_retried()
    {
        using var caller = CancellationTokenSource.CreateLinkedTokenSource(Ct);
        using var server = new StubHandler(async (_, ct) => { await caller.CancelAsync(); await Task.Delay(Timeout.Infinite, ct); return new(); });
        await using var services = Services(server, _ => { });
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Client(services).GetAsync("/", caller.Token));
        Assert.Single(server.Requests);
    }

    [Fact]
    public async Task The_circuit_opens_when_too_much_fails()
    {
        using var server = Answers(Status(500));
        await using var services = Services(server, _ => { });
        var client = Client(services);
        for (var i = 0; i < 25; i++) await client.GetAsync("/", Ct);
        Assert.Equal(100, server.Requests.Count);
        await Assert.ThrowsAsync<BrokenCircuitException>(() => client.GetAsync("/", Ct));
        await Assert.ThrowsAsync<BrokenCircuitException>(() => Client(services).GetAsync("/", Ct));
        Assert.Equal(100, server.Requests.Count);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Clients_with_the_defaults_share_a_circuit_unless_each_host_has_its_own(bool byAuthority)
    {
        using var server = new StubHandler((request, _) => Task.FromResult(new HttpResponseMessage(request.RequestUri!.Host == "down.test" ? HttpStatusCode.InternalServerError : HttpStatusCode.OK)));
        var collection = new ServiceCollection();
        collection.ConfigureHttpClientDefaults(http =>
        {
            http.ConfigurePrimaryHttpMessageHandler(() => server);
            var pipeline = http.AddStandardResilienceHandler(options => options.Retry.Delay = TimeSpan.FromMilliseconds(1));
            if (byAuthority) pipeline.SelectPipelineByAuthority();
        });
        await using var services = collection.BuildServiceProvider();
        var clients = services.GetRequiredService<IHttpClientFactory>();
        for (var i = 0; i < 25; i++) await clients.CreateClient("one").GetAsync("http://down.test/", Ct);
        await Assert.ThrowsAsync<BrokenCircuitException>(() => clients.CreateClient("one").GetAsync("http://down.test/", Ct));

        var other = clients.CreateClient("two").GetAsync("http://up.test/", Ct);
        if (byAuthority) Assert.Equal(HttpStatusCode.OK, (await other).StatusCode);
        else await Assert.ThrowsAsync<BrokenCircuitException>(() => other);
    }

    [Fact]
    public async Task More_than_a_thousand_requests_at_a_time_are_refused()
    {
        var open = new TaskCompletionSource();
        using var server = new StubHandler(async (_, _) => { await open.Task; return new(); });
        await using var services = Services(server, _ => { });
        var client = Client(services);
        var requests = Enumerable.Range(0, 1001).Select(_ => client.GetAsync("/", Ct)).ToList();
        var refused = await Task.WhenAny(requests).WaitAsync(TimeSpan.FromSeconds(10), Ct);
        await Assert.ThrowsAnyAsync<Polly.ExecutionRejectedException>(() => refused);
        open.SetResult();
        Assert.Equal(1000, (await Task.WhenAll(requests.Where(request => request != refused))).Length);
    }

    [Fact]
    public async Task Settings_may_come_from_configuration()
    {
        using var server = Answers(Status(500));
        var section = new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?> { ["r:Retry:MaxRetryAttempts"] = "1", ["r:Retry:Delay"] = "00:00:00.001" }).Build().GetSection("r");
        var collection = new ServiceCollection();
        collection.AddHttpClient("c").ConfigurePrimaryHttpMessageHandler(() => server).AddStandardResilienceHandler(section);
        await using var services = collection.BuildServiceProvider();
        await Client(services).GetAsync("/", Ct);
        Assert.Equal(2, server.Requests.Count);
    }

    [Theory]
    [InlineData("sampling")]
    [InlineData("total")]
    [InlineData("delays")]
    [InlineData("attempts")]
    public async Task Settings_that_cannot_work_stop_the_host_at_start(string mistake)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Services.ConfigureHttpClientDefaults(http => http.AddStandardResilienceHandler(options =>
        {
            if (mistake == "sampling") options.AttemptTimeout.Timeout = TimeSpan.FromSeconds(16);
            if (mistake == "total") options.TotalRequestTimeout.Timeout = TimeSpan.FromSeconds(9);
            if (mistake == "delays") options.Retry.MaxRetryAttempts = 10;
            if (mistake == "attempts") options.Retry.MaxRetryAttempts = 0;
        }));
        using var host = builder.Build();
        await Assert.ThrowsAsync<OptionsValidationException>(() => host.StartAsync(Ct));
    }

    [Fact]
    public async Task The_defaults_are_those_of_the_official_handler()
    {
        var services = new ServiceCollection();
        var name = services.AddHttpClient("c").AddStandardResilienceHandler().PipelineName;
        await using var provider = services.BuildServiceProvider();
        var options = provider.GetRequiredService<IOptionsMonitor<HttpStandardResilienceOptions>>().Get(name);
        Assert.Equal(TimeSpan.FromSeconds(30), options.TotalRequestTimeout.Timeout);
        Assert.Equal(TimeSpan.FromSeconds(10), options.AttemptTimeout.Timeout);
        Assert.Equal(3, options.Retry.MaxRetryAttempts);
        Assert.Equal(TimeSpan.FromSeconds(2), options.Retry.Delay);
        Assert.Equal(0.1, options.CircuitBreaker.FailureRatio);
        Assert.Equal(100, options.CircuitBreaker.MinimumThroughput);
        Assert.Equal(TimeSpan.FromSeconds(30), options.CircuitBreaker.SamplingDuration);
        Assert.Equal(TimeSpan.FromSeconds(5), options.CircuitBreaker.BreakDuration);
    }
}

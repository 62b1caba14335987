using System.Diagnostics;
using Aspire.StackExchange.Redis;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using OpenTelemetry.Trace;
using StackExchange.Redis;

namespace Compat.Data.Tests;

public sealed class RedisTests
{
    private const string Nowhere = "127.0.0.1:1,connectTimeout=500,syncTimeout=500,connectRetry=1";

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private static (StackExchangeRedisSettings Settings, ConfigurationOptions Options) Configured(params (string, string?)[] configuration)
    {
        StackExchangeRedisSettings? settings = null;
        ConfigurationOptions? options = null;
        var builder = TestHost.Builder(configuration);
        builder.AddRedisClient("cache", s => settings = s, o =>
        {
            options = o;

            // Nobody needs to be asked for this.
            o.EndPoints.Clear();
        });
        using var host = builder.Build();
        Assert.Throws<InvalidOperationException>(() => host.Services.GetRequiredService<IConnectionMultiplexer>());
        return (settings!, options!);
    }

    [Fact]
    public void The_later_source_of_a_setting_overrides_the_earlier()
    {
        (string, string?) all = ("Aspire:StackExchange:Redis:ConnectionString", "all:1"), named = ("Aspire:StackExchange:Redis:cache:ConnectionString", "named:1"), host = ("ConnectionStrings:cache", "host:1");
        Assert.Equal("all:1", Configured(all).Settings.ConnectionString);
        Assert.Equal("named:1", Configured(named, all).Settings.ConnectionString);
        Assert.Equal("host:1", Configured(host, named, all).Settings.ConnectionString);
        Assert.True(Configured(all).Settings.DisableAutoActivation);
    }

    [Fact]
    public void A_service_waits_for_redis_unless_the_connection_string_says_otherwise()
    {
        Assert.False(Configured(("ConnectionStrings:cache", "h:1")).Options.AbortOnConnectFail);
        Assert.True(Configured(("ConnectionStrings:cache", "h:1,abortConnect=true")).Options.AbortOnConnectFail);
        var options = Configured(("ConnectionStrings:cache", "h:1,password=p"), ("Aspire:StackExchange:Redis:ConfigurationOptions:ConnectTimeout", "1234")).Options;
        Assert.Equal(1234, options.ConnectTimeout);
        Assert.Equal("p", options.Password);
    }

    [Fact]
    public async Task A_server_that_is_away_is_unhealthy_and_stops_nobody()
    {
        var builder = TestHost.Builder(("ConnectionStrings:cache", Nowhere));
        builder.AddRedisClient("cache", settings => settings.DisableAutoActivation = false);
        builder.AddKeyedRedisClient("cache");
        builder.AddKeyedRedisClient("cache");
        using var host = builder.Build();
        await host.StartAsync(Ct);
        var report = await host.Services.GetRequiredService<HealthCheckService>().CheckHealthAsync(Ct);
        Assert.Equal(["StackExchange.Redis", "StackExchange.Redis_cache"], report.Entries.Keys.Order());
        Assert.All(report.Entries.Values, entry => Assert.Equal(HealthStatus.Unhealthy, entry.Status));
    }

    [Fact]
    public async Task A_service_gets_one_multiplexer_and_is_healthy()
    {
        var builder = TestHost.Builder(("ConnectionStrings:cache", TestServers.Redis));
        builder.AddRedisClient("cache");
        builder.AddKeyedRedisClient("cache");
        using var host = builder.Build();
        var multiplexer = host.Services.GetRequiredService<IConnectionMultiplexer>();
        Assert.Same(multiplexer, host.Services.GetRequiredService<IConnectionMultiplexer>());
        Assert.NotSame(multiplexer, host.Services.GetRequiredKeyedService<IConnectionMultiplexer>("cache"));

        var key = $"test:{Guid.NewGuid():n}";
        var database = multiplexer.GetDatabase();
        await database.StringSetAsync(key, "value", TimeSpan.FromMinutes(1));
        Assert.Equal("value", await database.StringGetAsync(key));
        Assert.True(await database.KeyDeleteAsync(key));

        var report = await host.Services.GetRequiredService<HealthCheckService>().CheckHealthAsync(Ct);
        Assert.Equal(HealthStatus.Healthy, report.Status);
        Assert.Equal(2, report.Entries.Count);
    }

    [Fact]
    public async Task It_connects_when_the_host_starts_if_told_so()
    {
        var builder = TestHost.Builder(("ConnectionStrings:cache", TestServers.Redis));
        var connected = 0;
        builder.AddRedisClient("cache", settings => settings.DisableAutoActivation = false, _ => connected++);
        using var host = builder.Build();
        Assert.Equal(0, connected);
        await host.StartAsync(Ct);
        Assert.Equal(1, connected);
    }

    [Fact]
    public async Task Commands_of_a_traced_operation_become_spans()
    {
        var spans = new Spans();
        var builder = TestHost.Builder(("ConnectionStrings:cache", TestServers.Redis));
        builder.Services.AddOpenTelemetry().WithTracing(tracing => tracing.AddSource("test").AddProcessor(spans));
        builder.AddRedisClient("cache");
        using var host = builder.Build();
        await host.StartAsync(Ct);
        using var source = new ActivitySource("test");
        var database = host.Services.GetRequiredService<IConnectionMultiplexer>().GetDatabase(3);
        await database.StringGetAsync("untraced");

        ActivitySpanId parent;
        using (var operation = source.StartActivity("operation"))
        {
            parent = operation!.SpanId;
            await database.StringGetAsync("a");
            await database.HashGetAllAsync("b");
        }

        var get = spans.Wait(span => span.DisplayName == "GET");
        var hash = spans.Wait(span => span.DisplayName == "HGETALL");
        Assert.Equal(parent, get.ParentSpanId);
        Assert.Equal(parent, hash.ParentSpanId);
        Assert.Equal(ActivityKind.Client, get.Kind);
        Assert.Equal("OpenTelemetry.Instrumentation.StackExchangeRedis", get.Source.Name);
        Assert.Equal("redis", get.GetTagItem("db.system"));
        Assert.Equal(3, get.GetTagItem("db.redis.database_index"));
        Assert.NotNull(get.GetTagItem("server.port"));
        Assert.True(get.Duration > TimeSpan.Zero && get.Duration < TimeSpan.FromSeconds(10), $"{get.Duration}");
        Assert.Single(spans.Ended, span => span.DisplayName == "GET");
    }

    [Fact]
    public async Task What_was_sent_last_is_not_lost_when_the_host_stops()
    {
        var spans = new Spans();
        var builder = TestHost.Builder(("ConnectionStrings:cache", TestServers.Redis));
        builder.Services.AddOpenTelemetry().WithTracing(tracing => tracing.AddSource("test").AddProcessor(spans));
        builder.AddRedisClient("cache");
        var host = builder.Build();
        await host.StartAsync(Ct);
        using var source = new ActivitySource("test");
        using (source.StartActivity("operation")) await host.Services.GetRequiredService<IConnectionMultiplexer>().GetDatabase().StringGetAsync("a");
        await host.StopAsync(Ct);
        host.Dispose();
        Assert.Contains(spans.Ended, span => span.DisplayName == "GET");
    }
}

using System.Diagnostics;
using Aspire.Npgsql;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Npgsql;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;

namespace Compat.Data.Tests;

public sealed class NpgsqlTests
{
    private const string Nowhere = "Host=127.0.0.1;Port=1;Username=nobody;Timeout=2";

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private static NpgsqlSettings Settings(string name, params (string, string?)[] configuration)
    {
        NpgsqlSettings? seen = null;
        TestHost.Builder(configuration).AddNpgsqlDataSource(name, settings => seen = settings);
        return seen!;
    }

    [Fact]
    public void The_later_source_of_a_setting_overrides_the_earlier()
    {
        (string, string?) all = ("Aspire:Npgsql:ConnectionString", "all"), named = ("Aspire:Npgsql:db:ConnectionString", "named"), host = ("ConnectionStrings:db", "host");
        Assert.Null(Settings("db").ConnectionString);
        Assert.Equal("all", Settings("db", all).ConnectionString);
        Assert.Equal("named", Settings("db", named, all).ConnectionString);
        Assert.Equal("host", Settings("db", host, named, all).ConnectionString);
        Assert.Equal("all", Settings("other", host, named, all).ConnectionString);

        var flags = Settings("db", ("Aspire:Npgsql:DisableTracing", "true"), ("Aspire:Npgsql:db:DisableMetrics", "true"), ("Aspire:Npgsql:db:DisableTracing", "false"));
        Assert.False(flags.DisableTracing);
        Assert.True(flags.DisableMetrics);
        Assert.False(flags.DisableHealthChecks);
    }

    [Fact]
    public void The_delegates_have_the_last_word()
    {
        var builder = TestHost.Builder(("ConnectionStrings:db", "Host=wrong"));
        builder.AddNpgsqlDataSource("db", settings => settings.ConnectionString = "Host=right;Username=u", dataSource => dataSource.ConnectionStringBuilder.ApplicationName = "app");
        using var host = builder.Build();
        var connection = new NpgsqlConnectionStringBuilder(host.Services.GetRequiredService<NpgsqlDataSource>().ConnectionString);
        Assert.Equal("right", connection.Host);
        Assert.Equal("app", connection.ApplicationName);
    }

    [Fact]
    public async Task A_missing_connection_string_fails_at_the_first_use_and_not_before()
    {
        var builder = TestHost.Builder();
        builder.AddNpgsqlDataSource("db");
        using var host = builder.Build();
        await host.StartAsync(Ct);
        Assert.Throws<InvalidOperationException>(() => host.Services.GetRequiredService<NpgsqlDataSource>());
        var report = await host.Services.GetRequiredService<HealthCheckService>().CheckHealthAsync(Ct);
        Assert.Equal(HealthStatus.Unhealthy, report.Status);
    }

    [Fact]
    public async Task A_database_that_is_away_is_unhealthy()
    {
        var builder = TestHost.Builder(("ConnectionStrings:db", Nowhere));
        builder.AddNpgsqlDataSource("db");
        builder.AddKeyedNpgsqlDataSource("db");
        builder.AddKeyedNpgsqlDataSource("db");
        builder.AddKeyedNpgsqlDataSource("other", settings => settings.DisableHealthChecks = true);
        using var host = builder.Build();
        var report = await host.Services.GetRequiredService<HealthCheckService>().CheckHealthAsync(Ct);
        Assert.Equal(["PostgreSql", "PostgreSql_db"], report.Entries.Keys.Order());
        Assert.All(report.Entries.Values, entry => Assert.Equal(HealthStatus.Unhealthy, entry.Status));
        Assert.All(report.Entries.Values, entry => Assert.IsType<NpgsqlException>(entry.Exception));
    }

    [Fact]
    public async Task A_service_gets_a_data_source_and_connections_and_is_healthy()
    {
        var builder = TestHost.Builder(("ConnectionStrings:db", TestServers.Postgres));
        builder.AddNpgsqlDataSource("db");
        using var host = builder.Build();
        var dataSource = host.Services.GetRequiredService<NpgsqlDataSource>();
        Assert.Same(dataSource, host.Services.GetRequiredService<NpgsqlDataSource>());
        await using var connection = host.Services.GetRequiredService<NpgsqlConnection>();
        await using var another = host.Services.GetRequiredService<NpgsqlConnection>();
        Assert.NotSame(connection, another);
        await connection.OpenAsync(Ct);
        await using var command = new NpgsqlCommand("select 40 + 2", connection);
        Assert.Equal(42, await command.ExecuteScalarAsync(Ct));

        var report = await host.Services.GetRequiredService<HealthCheckService>().CheckHealthAsync(Ct);
        Assert.Equal(HealthStatus.Healthy, report.Entries["PostgreSql"].Status);
    }

    [Fact]
    public async Task Several_databases_are_told_apart_by_key()
    {
        var builder = TestHost.Builder(
            ("ConnectionStrings:one", TestServers.Postgres + ";Database=postgres"),
            ("ConnectionStrings:two", TestServers.Postgres + ";Database=template1"));
        builder.AddKeyedNpgsqlDataSource("one");
        builder.AddKeyedNpgsqlDataSource("two");
        using var host = builder.Build();
        foreach (var (key, database) in new[] { ("one", "postgres"), ("two", "template1") })
        {
            await using var connection = host.Services.GetRequiredKeyedService<NpgsqlConnection>(key);
            await connection.OpenAsync(Ct);
            Assert.Equal(database, connection.Database);
        }

        Assert.Null(host.Services.GetService<NpgsqlDataSource>());
    }

    [Theory]
    [InlineData(false, 1)]
    [InlineData(true, 0)]
    public async Task Commands_are_traced_unless_that_is_disabled(bool disabled, int expected)
    {
        var spans = new Spans();
        var builder = TestHost.Builder(("ConnectionStrings:db", TestServers.Postgres));
        builder.Services.AddOpenTelemetry().WithTracing(tracing => tracing.AddSource("test").AddProcessor(spans));
        builder.AddNpgsqlDataSource("db", settings => settings.DisableTracing = disabled);
        using var host = builder.Build();
        await host.StartAsync(Ct);
        using var source = new ActivitySource("test");
        using (var operation = source.StartActivity("operation"))
        {
            await using var command = host.Services.GetRequiredService<NpgsqlDataSource>().CreateCommand("select 7");
            await command.ExecuteScalarAsync(Ct);
        }

        var commands = spans.Ended.Where(span => span.Source.Name == "Npgsql" && span.TagObjects.Any(tag => tag.Value is "select 7")).ToList();
        Assert.Equal(expected, commands.Count);
        Assert.All(commands, span => Assert.Equal(spans.Ended.Single(s => s.DisplayName == "operation").SpanId, span.ParentSpanId));
    }

    [Fact]
    public async Task The_pool_is_measured()
    {
        var names = new MetricNames();
        var builder = TestHost.Builder(("ConnectionStrings:db", TestServers.Postgres));
        builder.Services.AddOpenTelemetry().WithMetrics(metrics => metrics.AddReader(new BaseExportingMetricReader(names)));
        builder.AddNpgsqlDataSource("db");
        using var host = builder.Build();
        await host.StartAsync(Ct);
        await using var command = host.Services.GetRequiredService<NpgsqlDataSource>().CreateCommand("select 1");
        await command.ExecuteScalarAsync(Ct);
        host.Services.GetRequiredService<MeterProvider>().ForceFlush();
        Assert.Contains(names.Seen, name => name.StartsWith("Npgsql db.client.", StringComparison.Ordinal));
    }

    private sealed class MetricNames : BaseExporter<Metric>
    {
        public List<string> Seen { get; } = [];

        public override ExportResult Export(in Batch<Metric> batch)
        {
            foreach (var metric in batch) Seen.Add($"{metric.MeterName} {metric.Name}");
            return ExportResult.Success;
        }
    }
}

using System.Diagnostics;
using System.Diagnostics.Metrics;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using OpenTelemetry;
using OpenTelemetry.Logs;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace Compat.Telemetry.Tests;

public sealed class HostingTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public void Calls_add_up_to_one_starter_and_one_provider()
    {
        var services = new ServiceCollection();
        services.AddSingleton<IHostedService>(_ => throw new InvalidOperationException("not asked for"));
        services.AddOpenTelemetry().WithTracing(tracing => tracing.AddSource("one"));
        services.AddOpenTelemetry().WithTracing(tracing => tracing.AddSource("two")).WithMetrics();
        Assert.Equal(2, services.Count(service => service.ServiceType == typeof(IHostedService)));
        Assert.Equal(typeof(IHostedService), services[0].ServiceType);
        Assert.NotNull(services[0].ImplementationType);

        using var provider = services.BuildServiceProvider();
        provider.GetRequiredService<TracerProvider>();
        using var one = new ActivitySource("one");
        using var two = new ActivitySource("two");
        Assert.True(one.HasListeners());
        Assert.True(two.HasListeners());
        Assert.Single(provider.GetServices<TracerProvider>());
    }

    [Fact]
    public async Task Metrics_of_server_client_and_runtime_are_collected_under_the_resource()
    {
        var exporter = new MetricNames();
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        builder.Services.AddRouting();
        builder.Services.AddOpenTelemetry()
            .ConfigureResource(resource => resource.AddService("tested"))
            .WithMetrics(metrics => metrics
                .AddAspNetCoreInstrumentation()
                .AddHttpClientInstrumentation()
                .AddRuntimeInstrumentation()
                .AddReader(new BaseExportingMetricReader(exporter)));
        await using var app = builder.Build();
        app.MapGet("/", () => "ok");
        await app.StartAsync(Ct);
        using (var client = new HttpClient()) await client.GetAsync(app.Urls.First(), Ct);

        app.Services.GetRequiredService<MeterProvider>().ForceFlush();
        Assert.Superset(
            new HashSet<string> { "http.server.active_requests", "kestrel.active_connections", "http.client.request.duration", "dotnet.gc.collections", "dotnet.process.memory.working_set" },
            exporter.Names);
        Assert.Equal("tested", exporter.ServiceName);
    }

    /// <summary>The whole way: an OTLP endpoint gets all three signals over HTTP, with the headers that the environment names.</summary>
    [Fact]
    public async Task Traces_metrics_and_logs_are_exported_and_flushed_when_the_host_stops()
    {
        var received = new System.Collections.Concurrent.ConcurrentDictionary<string, string>();
        var collectorBuilder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        collectorBuilder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        await using var collector = collectorBuilder.Build();
        collector.Run(async context =>
        {
            await context.Request.Body.CopyToAsync(Stream.Null, context.RequestAborted);
            received[context.Request.Path] = context.Request.Headers["x-otlp-api-key"].ToString();
        });
        await collector.StartAsync(Ct);

        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["OTEL_EXPORTER_OTLP_ENDPOINT"] = collector.Urls.First(),
            ["OTEL_EXPORTER_OTLP_PROTOCOL"] = "http/protobuf",
            ["OTEL_EXPORTER_OTLP_HEADERS"] = "x-otlp-api-key=key",
        });
        using var source = new ActivitySource("work");
        using var meter = new Meter("work");
        builder.Logging.AddOpenTelemetry();
        builder.Services.AddOpenTelemetry()
            .WithTracing(tracing => tracing.AddSource("work"))
            .WithMetrics(metrics => metrics.AddMeter("work"))
            .UseOtlpExporter();
        using (var host = builder.Build())
        {
            await host.StartAsync(Ct);
            using (source.StartActivity("job")) meter.CreateCounter<int>("jobs").Add(1);
            host.Services.GetRequiredService<ILogger<HostingTests>>().LogInformation("done");
            await host.StopAsync(Ct);
        }

        Assert.Equal(["/v1/logs", "/v1/metrics", "/v1/traces"], received.Keys.Order());
        Assert.All(received.Values, key => Assert.Equal("key", key));
    }

    [Fact]
    public async Task Logging_may_be_configured_too()
    {
        var seen = new List<string?>();
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Services.AddOpenTelemetry().WithLogging(logging => logging.AddProcessor(new LogMessages(seen)));
        using var host = builder.Build();
        await host.StartAsync(Ct);
        host.Services.GetRequiredService<ILogger<HostingTests>>().LogInformation("hello");
        Assert.Contains("hello", seen);
    }

    private sealed class LogMessages(List<string?> seen) : BaseProcessor<LogRecord>
    {
        public override void OnEnd(LogRecord data) => seen.Add(data.Body);
    }

    private sealed class MetricNames : BaseExporter<Metric>
    {
        public HashSet<string> Names { get; } = [];

        public string? ServiceName { get; private set; }

        public override ExportResult Export(in Batch<Metric> batch)
        {
            foreach (var metric in batch) Names.Add(metric.Name);
            ServiceName = ParentProvider.GetResource().Attributes.FirstOrDefault(attribute => attribute.Key == "service.name").Value as string;
            return ExportResult.Success;
        }
    }
}

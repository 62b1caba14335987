using System.Collections.Concurrent;
using System.Diagnostics;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using OpenTelemetry;
using OpenTelemetry.Trace;

namespace Compat.Telemetry.Tests;

/// <summary>A web application on a free loopback port, and the spans that it ended.</summary>
internal sealed class ObservedApp : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly Collector _collector;

    private ObservedApp(WebApplication app, Collector collector)
    {
        (_app, _collector) = (app, collector);
        Client = new HttpClient { BaseAddress = new Uri(app.Urls.First()) };
    }

    public HttpClient Client { get; }

    public IServiceProvider Services => _app.Services;

    public static async Task<ObservedApp> StartAsync(Action<TracerProviderBuilder> tracing, Action<WebApplication> routes, Action<WebApplicationBuilder>? configure = null)
    {
        var collector = new Collector();
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        builder.Services.AddRouting();
        builder.Services.AddOpenTelemetry().WithTracing(traces =>
        {
            tracing(traces);
            traces.AddProcessor(collector);
        });
        configure?.Invoke(builder);
        var app = builder.Build();
        routes(app);
        await app.StartAsync();
        return new ObservedApp(app, collector);
    }

    /// <summary>Waits for a span: the server ends its own after the client has the answer.</summary>
    public Activity Span(Func<Activity, bool> predicate)
    {
        Activity? found = null;
        return SpinWait.SpinUntil(() => (found = _collector.Ended.FirstOrDefault(predicate)) is not null, TimeSpan.FromSeconds(10))
            ? found!
            : throw new TimeoutException($"No such span within 10 s; there are: {string.Join(", ", _collector.Ended.Select(span => span.DisplayName))}");
    }

    public Activity ServerSpan(string path) => Span(span => span.Kind == ActivityKind.Server && (string?)span.GetTagItem("url.path") == path);

    public IReadOnlyList<Activity> Ended => [.. _collector.Ended];

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _app.StopAsync();
        await _app.DisposeAsync();
    }

    private sealed class Collector : BaseProcessor<Activity>
    {
        public ConcurrentQueue<Activity> Ended { get; } = new();

        public override void OnEnd(Activity data)
        {
            // What a filter has withdrawn is not exported either.
            if (data.Recorded) Ended.Enqueue(data);
        }
    }
}

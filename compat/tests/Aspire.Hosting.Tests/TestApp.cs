using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Aspire.Hosting.Tests;

/// <summary>An application of a test's own model on a temporary data folder.</summary>
internal sealed class TestApp : IAsyncDisposable
{
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);

    private TestApp(DistributedApplication app) => App = app;

    public DistributedApplication App { get; }

    public static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public static string NewFolder() => Path.Combine(Path.GetTempPath(), "aspire-tests-" + Guid.NewGuid().ToString("N")[..10]);

    /// <summary>The sample AppHost's assembly knows where the sample service's program is.</summary>
    public static IDistributedApplicationBuilder NewBuilder(string dataFolder)
    {
        var builder = DistributedApplication.CreateBuilder(new DistributedApplicationOptions
        {
            AssemblyName = "SampleAppHost",
            DisableDashboard = true,
            Args = [$"--Compat:DataDirectory={dataFolder}", "--DcpPublisher:RandomizePorts=true"],
        });
        builder.Services.AddLogging(logging => logging.ClearProviders());
        return builder;
    }

    public static async Task<TestApp> StartAsync(string dataFolder, Action<IDistributedApplicationBuilder> model)
    {
        var builder = NewBuilder(dataFolder);
        model(builder);
        var app = builder.Build();
        try
        {
            await app.StartAsync(Cancelled);
            return new TestApp(app);
        }
        catch
        {
            await app.DisposeAsync();
            throw;
        }
    }

    public Task HealthyAsync(string resource) => App.ResourceNotifications.WaitForResourceHealthyAsync(resource, Cancelled).WaitAsync(Patience, Cancelled);

    public Task<ResourceEvent> UntilAsync(string resource, Func<CustomResourceSnapshot, bool> condition) =>
        App.ResourceNotifications.WaitForResourceAsync(resource, e => condition(e.Snapshot), Cancelled).WaitAsync(Patience, Cancelled);

    public Task<ResourceEvent> UntilAsync(string resource, string state) => UntilAsync(resource, s => s.State?.Text == state);

    public CustomResourceSnapshot Snapshot(string resource)
    {
        Assert.True(App.ResourceNotifications.TryGetCurrentState(resource, out var change));
        return change.Snapshot;
    }

    public async Task<IReadOnlyList<LogLine>> LogsAsync(string resource)
    {
        Assert.True(App.ResourceNotifications.TryGetCurrentState(resource, out var change));
        var lines = new List<LogLine>();
        await foreach (var batch in App.Services.GetRequiredService<ResourceLoggerService>().GetAllAsync(change.ResourceId)) lines.AddRange(batch);
        return lines;
    }

    public async ValueTask DisposeAsync()
    {
        await App.StopAsync(CancellationToken.None);
        await App.DisposeAsync();
    }
}

/// <summary>A folder that goes with the test.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    public string Path { get; } = TestApp.NewFolder();

    public void Dispose()
    {
        if (Directory.Exists(Path)) Directory.Delete(Path, recursive: true);
    }
}

using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Orchestration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Aspire.Hosting;

/// <summary>The built system: starting it starts every resource of the model, disposing of it leaves none behind.</summary>
public class DistributedApplication : IHost, IAsyncDisposable
{
    private readonly IHost _host;
    private readonly ITestRun? _testRun;

    public DistributedApplication(IHost host)
        : this(host, testRun: null)
    {
    }

    internal DistributedApplication(IHost host, ITestRun? testRun)
    {
        ArgumentNullException.ThrowIfNull(host);
        _host = host;
        _testRun = testRun;
    }

    public IServiceProvider Services => _host.Services;

    public ResourceNotificationService ResourceNotifications => Services.GetRequiredService<ResourceNotificationService>();

    public ResourceCommandService ResourceCommands => Services.GetRequiredService<ResourceCommandService>();

    public static IDistributedApplicationBuilder CreateBuilder() => CreateBuilder([]);

    public static IDistributedApplicationBuilder CreateBuilder(string[] args)
    {
        ArgumentNullException.ThrowIfNull(args);
        return CreateBuilder(new DistributedApplicationOptions { Args = args });
    }

    public static IDistributedApplicationBuilder CreateBuilder(DistributedApplicationOptions options) => new DistributedApplicationBuilder(options);

    /// <summary>Under test, the program's own call waits for the test to start and to stop what it built.</summary>
    public virtual async Task StartAsync(CancellationToken cancellationToken = default)
    {
        if (_testRun?.IsEntryPoint == true)
        {
            await _testRun.WaitForStartAsync(cancellationToken);
            return;
        }

        await _host.StartAsync(cancellationToken);
        _testRun?.OnStarted();
    }

    public virtual Task StopAsync(CancellationToken cancellationToken = default) => _host.StopAsync(cancellationToken);

    public virtual async Task RunAsync(CancellationToken cancellationToken = default)
    {
        await StartAsync(cancellationToken);
        await _host.WaitForShutdownAsync(cancellationToken);
    }

    public void Run() => RunAsync().GetAwaiter().GetResult();

    public virtual void Dispose()
    {
        _host.Dispose();
        GC.SuppressFinalize(this);
    }

    public virtual async ValueTask DisposeAsync()
    {
        if (_testRun is null || !_testRun.IsEntryPoint) await DisposeHostAsync();
        GC.SuppressFinalize(this);
    }

    private async ValueTask DisposeHostAsync()
    {
        if (_testRun is not null) await _host.StopAsync();
        if (_host is IAsyncDisposable asyncDisposable) await asyncDisposable.DisposeAsync();
        else _host.Dispose();
        if (_testRun is not null) await _testRun.FinishAsync();
    }
}

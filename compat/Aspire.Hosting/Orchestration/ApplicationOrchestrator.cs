using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Processes;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Aspire.Hosting.Orchestration;

/// <summary>Brings the model up, and down again: services first, then the stores that they use.</summary>
internal sealed partial class ApplicationOrchestrator(
    DistributedApplicationBuilder builder, DistributedApplicationModel model, ResourceNotificationService notifications, ResourceLoggerService logs,
    HealthCheckService checks, IOptions<HealthCheckServiceOptions> registeredChecks, TimeProvider clock, IServiceProvider services,
    ILoggerFactory loggers) : IHostedService, IAsyncDisposable
{
    private readonly ILogger _logger = loggers.CreateLogger(typeof(DistributedApplication).FullName!);
    private readonly ProcessLauncher _launcher = new();
    private readonly LoopbackPorts _ports = new();
    private readonly CancellationTokenSource _ending = new();
    private readonly List<Runnable> _runnables = [];
    private readonly List<TcpProxy> _proxies = [];
    private Task _followers = Task.CompletedTask;
    private readonly Lock _gate = new();
    private Task? _down;

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        if (builder.ExecutionContext.IsPublishMode) throw new DistributedApplicationException("The stand-in of Aspire.Hosting cannot publish.");
        Say("Distributed application starting.");
        Say($"Application host directory is: {builder.AppHostDirectory}");
        builder.Data.Acquire();
        if (builder.Data.Remark is { } remark) Warn(remark);
        var ledger = new ProcessLedger(Path.Combine(builder.Data.Path, "processes.json"));
        if (await ledger.EndLeftoversAsync() is { Count: > 0 } left)
        {
            var names = string.Join(", ", left);
            Warn($"Ended what an earlier run had left running: {names}");
        }

        var eventing = builder.Eventing;
        await eventing.PublishAsync(new BeforeStartEvent(services, model), cancellationToken);
        RefuseUnknownHealthChecks();
        if (builder.Options.EnableResourceLogging) ForwardLogs();

        var health = new HealthMonitor(notifications, logs, checks, clock);
        var tools = new RunTools(
            services, notifications, logs, eventing, builder.ExecutionContext, health, _launcher, ledger, _ports, builder.Data, builder.AppHostAssembly, clock, Warn);
        await AllocateAsync(tools, cancellationToken);
        var passive = new PassiveResources(tools);
        await passive.ShowAsync(model.Resources, cancellationToken);
        _followers = passive.FollowParentsAsync(model.Resources, _ending.Token);

        foreach (var instance in _runnables.Where(r => !r.Resource.HasAnnotationOfType<ExplicitStartupAnnotation>()).SelectMany(r => r.Instances))
        {
            await instance.StartAsync();
        }

        await eventing.PublishAsync(new AfterResourcesCreatedEvent(services, model), cancellationToken);
        Say("Distributed application started. Press Ctrl+C to shut down.");
    }

    /// <summary>Stopping is asked for from several sides at once (a test, the program's own end); each waits until everything is down.</summary>
    public Task StopAsync(CancellationToken cancellationToken)
    {
        lock (_gate) return _down ??= StopOnceAsync();
    }

    /// <summary>Also after a start that failed half way, which the host does not stop.</summary>
    public async ValueTask DisposeAsync()
    {
        await StopAsync(CancellationToken.None);
        foreach (var runnable in _runnables) runnable.Dispose();
        _runnables.Clear();
        _launcher.Dispose();
        _ending.Dispose();
    }

    private async Task StopOnceAsync()
    {
        await _ending.CancelAsync();
        await Task.WhenAll(_runnables.Where(r => r.Resource is not ContainerResource).SelectMany(r => r.Instances).Select(i => i.StopAsync()));
        foreach (var proxy in _proxies) await proxy.DisposeAsync();
        await Task.WhenAll(_runnables.Where(r => r.Resource is ContainerResource).SelectMany(r => r.Instances).Select(i => i.StopAsync()));
        await _followers;
        builder.Data.Dispose();
    }

    private async Task AllocateAsync(RunTools tools, CancellationToken cancellationToken)
    {
        var allocator = new EndpointAllocator(_ports, randomize: builder.Configuration.GetValue("DcpPublisher:RandomizePorts", false));
        foreach (var resource in model.Resources.Where(r => r is ProjectResource or ExecutableResource or ContainerResource))
        {
            var replicas = resource is ProjectResource ? resource.GetReplicaCount() : 1;
            resource.Annotations.Add(new InstanceIdsAnnotation([.. Enumerable.Range(0, replicas).Select(_ => $"{resource.Name}-{InstanceSuffix.New()}")]));
            var runnable = new Runnable(resource, tools, allocator.Allocate(resource, replicas));
            _runnables.Add(runnable);
            LifecycleCommands.Add(runnable);
            Proxy(runnable);
        }

        // Addresses and texts may refer to any resource, so all of them have their ports before the first is shown.
        foreach (var runnable in _runnables)
        {
            var urls = await ResourceUrls.OfAsync(runnable.Resource, builder.ExecutionContext, cancellationToken);
            await notifications.PublishUpdateAsync(runnable.Resource, s => s with
            {
                State = KnownResourceStates.NotStarted,
                Urls = urls,
                Properties = Properties.Set(s.Properties, KnownProperties.Source, ResourceSource.Of(runnable.Resource)),
            });
            await tools.Eventing.PublishAsync(
                new InitializeResourceEvent(runnable.Resource, tools.Eventing, logs, notifications, services), cancellationToken);
            await tools.Eventing.PublishAsync(new ResourceEndpointsAllocatedEvent(runnable.Resource, services), cancellationToken);
        }
    }

    private void Proxy(Runnable runnable)
    {
        foreach (var endpoint in runnable.Resource.Annotations.OfType<EndpointAnnotation>())
        {
            var port = endpoint.AllocatedEndpoint!.Port;
            if (runnable.Instances.All(i => i.Ports[endpoint] == port)) continue;
            _proxies.Add(new TcpProxy(port, () => [.. runnable.Instances.Where(i => i.IsRunning).Select(i => i.Ports[endpoint])]));
        }
    }

    private void RefuseUnknownHealthChecks()
    {
        var known = registeredChecks.Value.Registrations.Select(r => r.Name).ToHashSet();
        var unknown = model.Resources.SelectMany(r => r.Annotations.OfType<HealthCheckAnnotation>()).Select(h => h.Key).FirstOrDefault(k => !known.Contains(k));
        if (unknown is not null) throw new InvalidOperationException($"The health check '{unknown}' is not registered and is required by a resource.");
    }

    private void ForwardLogs()
    {
        var byInstance = new System.Collections.Concurrent.ConcurrentDictionary<string, ILogger>();
        logs.LineWritten += (id, line) =>
        {
            var logger = byInstance.GetOrAdd(id, key => loggers.CreateLogger($"{builder.Environment.ApplicationName}.Resources.{NameOf(key)}"));
            var level = line.IsErrorMessage ? LogLevel.Error : LogLevel.Information;
            if (logger.IsEnabled(level)) LogLine(logger, level, line.LineNumber, line.Content);
        };
    }

    private string NameOf(string id) => model.Resources.FirstOrDefault(r => r.InstanceIds().Contains(id))?.Name ?? id;

    [LoggerMessage(Message = "{Number}: {Content}")]
    private static partial void LogLine(ILogger logger, LogLevel level, int number, string content);

    private void Say(string message) => LogInfo(message);

    private void Warn(string message) => LogWarning(message);

    [LoggerMessage(EventId = 0, Level = LogLevel.Information, Message = "{Message}")]
    private partial void LogInfo(string message);

    [LoggerMessage(EventId = 1, Level = LogLevel.Warning, Message = "{Message}")]
    private partial void LogWarning(string message);
}

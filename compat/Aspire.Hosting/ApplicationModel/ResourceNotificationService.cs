using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Aspire.Hosting.Orchestration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Aspire.Hosting.ApplicationModel;

/// <summary>Knows the state of every instance, tells of each change, and lets others wait for one.</summary>
public partial class ResourceNotificationService : IDisposable
{
    private readonly ConcurrentDictionary<string, InstanceState> _states = new(StringComparer.OrdinalIgnoreCase);
    private readonly Lock _watchersGate = new();
    private readonly HashSet<Channel<ResourceEvent>> _watchers = [];
    private readonly ILogger _logger;
    private readonly IServiceProvider _serviceProvider;
    private readonly ResourceLoggerService _resourceLoggerService;
    private readonly CancellationTokenSource _disposing = new();
    private readonly CancellationToken _stopping;

    public ResourceNotificationService(
        ILogger<ResourceNotificationService> logger, IHostApplicationLifetime hostApplicationLifetime, IServiceProvider serviceProvider,
        ResourceLoggerService resourceLoggerService)
    {
        ArgumentNullException.ThrowIfNull(hostApplicationLifetime);
        _logger = logger;
        _serviceProvider = serviceProvider;
        _resourceLoggerService = resourceLoggerService;
        _stopping = CancellationTokenSource.CreateLinkedTokenSource(_disposing.Token, hostApplicationLifetime.ApplicationStopping).Token;
    }

    internal WaitBehavior DefaultWaitBehavior =>
        _serviceProvider.GetRequiredService<IOptions<ResourceNotificationServiceOptions>>().Value.DefaultWaitBehavior;

    public async Task WaitForResourceAsync(string resourceName, string? targetState = null, CancellationToken cancellationToken = default) =>
        await WaitForResourceAsync(resourceName, [targetState ?? KnownResourceStates.Running], cancellationToken);

    public async Task<string> WaitForResourceAsync(string resourceName, IEnumerable<string> targetStates, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(targetStates);
        var wanted = targetStates.ToHashSet(StringComparer.OrdinalIgnoreCase);
        var found = await WaitForResourceAsync(resourceName, e => e.Snapshot.State?.Text is { } state && wanted.Contains(state), cancellationToken);
        return found.Snapshot.State!.Text;
    }

    public async Task<ResourceEvent> WaitForResourceAsync(
        string resourceName, Func<ResourceEvent, bool> predicate, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(resourceName);
        ArgumentNullException.ThrowIfNull(predicate);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _stopping);
        await foreach (var change in WatchAsync(either.Token))
        {
            if (IsNamed(change, resourceName) && predicate(change)) return change;
        }

        throw new OperationCanceledException($"The operation was cancelled before the resource '{resourceName}' met the condition.", either.Token);
    }

    public Task<ResourceEvent> WaitForResourceHealthyAsync(string resourceName, CancellationToken cancellationToken = default) =>
        WaitForResourceHealthyAsync(resourceName, DefaultWaitBehavior, cancellationToken);

    public async Task<ResourceEvent> WaitForResourceHealthyAsync(
        string resourceName, WaitBehavior waitBehavior, CancellationToken cancellationToken = default)
    {
        var found = await WaitForResourceAsync(
            resourceName,
            e => e.Snapshot is { HealthStatus: HealthStatus.Healthy, Ready: not null }
                || (waitBehavior == WaitBehavior.StopOnResourceUnavailable && IsUnavailable(e.Snapshot)),
            cancellationToken);
        if (found.Snapshot.HealthStatus != HealthStatus.Healthy)
        {
            throw new DistributedApplicationException(
                $"Stopped waiting for resource '{resourceName}' to become healthy because it failed to start.");
        }

        await found.Snapshot.Ready!.WaitAsync(cancellationToken);
        return found;
    }

    public Task WaitForDependenciesAsync(IResource resource, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(resource);
        return new DependencyWaits(this, _resourceLoggerService).WaitAsync(resource, cancellationToken);
    }

    public async IAsyncEnumerable<ResourceEvent> WatchAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var channel = Channel.CreateUnbounded<ResourceEvent>(new UnboundedChannelOptions { SingleReader = true });
        lock (_watchersGate) _watchers.Add(channel);
        try
        {
            foreach (var state in _states.Values)
            {
                if (state.Last is { } last) yield return last;
            }

            await foreach (var change in channel.Reader.ReadAllAsync(cancellationToken)) yield return change;
        }
        finally
        {
            lock (_watchersGate) _watchers.Remove(channel);
        }
    }

    public bool TryGetCurrentState(string resourceId, [NotNullWhen(true)] out ResourceEvent? resourceEvent)
    {
        resourceEvent = _states.TryGetValue(resourceId, out var state) ? state.Last : null;

        // A name will do as well when it leaves no doubt about the instance.
        if (resourceEvent is null && StatesNamed(resourceId) is [var only]) resourceEvent = only;
        return resourceEvent is not null;
    }

    public async Task PublishUpdateAsync(IResource resource, Func<CustomResourceSnapshot, CustomResourceSnapshot> stateFactory)
    {
        ArgumentNullException.ThrowIfNull(resource);
        foreach (var id in resource.InstanceIds()) await PublishUpdateAsync(resource, id, stateFactory);
    }

    public Task PublishUpdateAsync(IResource resource, string resourceId, Func<CustomResourceSnapshot, CustomResourceSnapshot> stateFactory)
    {
        ArgumentNullException.ThrowIfNull(resource);
        ArgumentNullException.ThrowIfNull(stateFactory);
        var state = _states.GetOrAdd(resourceId, _ => new InstanceState());
        lock (state.Gate)
        {
            var previous = state.Last?.Snapshot;
            var next = stateFactory(previous ?? SnapshotOf.New(resource));
            next = next with { Commands = SnapshotOf.Commands(resource, next, _serviceProvider) };
            state.Last = new ResourceEvent(resource, resourceId, next);
            if (previous?.State?.Text != next.State?.Text) LogState(resourceId, next.State?.Text);
            lock (_watchersGate)
            {
                foreach (var watcher in _watchers) watcher.Writer.TryWrite(state.Last);
            }
        }

        return Task.CompletedTask;
    }

    public void Dispose()
    {
        _disposing.Cancel();
        _disposing.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>Every instance as it is now.</summary>
    internal IReadOnlyList<ResourceEvent> All() => [.. _states.Values.Select(s => s.Last).OfType<ResourceEvent>()];

    internal IReadOnlyList<ResourceEvent> StatesNamed(string resourceName) =>
        [.. _states.Values.Select(s => s.Last).OfType<ResourceEvent>().Where(e => IsNamed(e, resourceName))];

    internal static bool IsUnavailable(CustomResourceSnapshot snapshot) =>
        snapshot.State?.Text is { } state
        && (KnownResourceStates.TerminalStates.Contains(state) || state == KnownResourceStates.RuntimeUnhealthy);

    private static bool IsNamed(ResourceEvent change, string name) =>
        string.Equals(change.Resource.Name, name, StringComparison.OrdinalIgnoreCase)
        || string.Equals(change.ResourceId, name, StringComparison.OrdinalIgnoreCase);

    [LoggerMessage(Level = LogLevel.Debug, Message = "Resource {ResourceId}: {State}")]
    private partial void LogState(string resourceId, string? state);

    private sealed class InstanceState
    {
        public Lock Gate { get; } = new();

        public ResourceEvent? Last { get; set; }
    }
}

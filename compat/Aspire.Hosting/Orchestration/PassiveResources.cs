using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting.Orchestration;

/// <summary>What has no process: parameters, connection strings, external services, and children (databases) that live in their parents.</summary>
internal sealed class PassiveResources(RunTools tools)
{
    public async Task ShowAsync(IEnumerable<IResource> resources, CancellationToken cancellationToken)
    {
        foreach (var resource in resources.Where(IsPassive))
        {
            await tools.Notifications.PublishUpdateAsync(resource, s => s with { State = KnownResourceStates.NotStarted });
            await tools.Eventing.PublishAsync(
                new InitializeResourceEvent(resource, tools.Eventing, tools.Logs, tools.Notifications, tools.Services), cancellationToken);
            if (resource is IResourceWithParent) continue;
            await ShowAsync(resource, cancellationToken);
        }

        foreach (var resource in resources.OfType<IResourceWithConnectionString>())
        {
            await tools.Eventing.PublishAsync(new ConnectionStringAvailableEvent(resource, tools.Services), cancellationToken);
        }
    }

    public Task FollowParentsAsync(IEnumerable<IResource> resources, CancellationToken cancellationToken) =>
        Task.WhenAll(resources.Where(IsPassive).OfType<IResourceWithParent>().Select(child => FollowAsync(child, cancellationToken)));

    private static bool IsPassive(IResource resource) => resource is not (ProjectResource or ExecutableResource or ContainerResource);

    private async Task ShowAsync(IResource resource, CancellationToken cancellationToken)
    {
        try
        {
            var value = resource switch
            {
                ParameterResource parameter => await parameter.GetValueAsync(cancellationToken),
                IResourceWithConnectionString connection => await connection.GetConnectionStringAsync(cancellationToken),
                ExternalServiceResource external => (await external.ResolveAsync(cancellationToken)).ToString(),
                _ => null,
            };
            await tools.Notifications.PublishUpdateAsync(resource, s => s with
            {
                State = new ResourceStateSnapshot(KnownResourceStates.Running, KnownResourceStateStyles.Success),
                Properties = Properties.Set(
                    s.Properties, KnownProperties.ParameterValue, value, isSensitive: resource is ParameterResource { Secret: true } or IResourceWithConnectionString),
            });
            await tools.Notifications.PublishUpdateAsync(resource, s => s with { Ready = new ReadySignal(resource, tools.Eventing, tools.Services).FireOnce(cancellationToken) });
        }
        catch (MissingParameterValueException missing)
        {
            tools.Logs.Log(resource.Name).Write(missing.Message, isError: true);
            await tools.Notifications.PublishUpdateAsync(resource, s => s with
            {
                State = new ResourceStateSnapshot(KnownResourceStates.ValueMissing, KnownResourceStateStyles.Warn),
            });
        }
    }

    /// <summary>A child is in the state of its parent, with a health of its own.</summary>
    private async Task FollowAsync(IResourceWithParent child, CancellationToken cancellationToken)
    {
        var ready = new ReadySignal(child, tools.Eventing, tools.Services);
        CancellationTokenSource? running = null;
        var monitor = Task.CompletedTask;
        string? state = null;
        try
        {
            await foreach (var change in tools.Notifications.WatchAsync(cancellationToken))
            {
                if (!ReferenceEquals(change.Resource, child.Parent) || change.Snapshot.State?.Text == state) continue;
                state = change.Snapshot.State?.Text;
                await tools.Notifications.PublishUpdateAsync(child, s => s with
                {
                    State = change.Snapshot.State,
                    StartTimeStamp = change.Snapshot.StartTimeStamp,
                    StopTimeStamp = change.Snapshot.StopTimeStamp,
                    Ready = null,
                });
                if (running is not null)
                {
                    await running.CancelAsync();
                    await monitor;
                    running.Dispose();
                    running = null;
                    ready.Stopped();
                }

                if (state != KnownResourceStates.Running) continue;
                running = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
                ready.Started();
                monitor = MonitorAsync(child, ready, running.Token);
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            await monitor;
            running?.Dispose();
        }
    }

    private async Task MonitorAsync(IResourceWithParent child, ReadySignal ready, CancellationToken cancellationToken)
    {
        try
        {
            // The parent's ready handlers make the child (a database); to ask for it earlier would only fill the server's log.
            var parent = await tools.Notifications.WaitForResourceAsync(child.Parent.Name, e => e.Snapshot.Ready is not null, cancellationToken);
            await parent.Snapshot.Ready!.WaitAsync(cancellationToken);
            await tools.Health.RunAsync(child, child.Name, ready, cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // Its parent has stopped.
        }
#pragma warning disable CA1031 // A failed handler of the parent is told in the parent's log; the child stays unhealthy.
        catch (Exception failure)
#pragma warning restore CA1031
        {
            tools.Logs.Log(child.Name).Write(failure.Message, isError: true);
        }
    }
}

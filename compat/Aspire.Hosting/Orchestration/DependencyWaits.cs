using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Aspire.Hosting.Orchestration;

/// <summary>Holds a resource back until what it waits for has come about, for every replica of every dependency.</summary>
internal sealed class DependencyWaits(ResourceNotificationService notifications, ResourceLoggerService logs)
{
    public Task WaitAsync(IResource resource, CancellationToken cancellationToken) =>
        Task.WhenAll(resource.Annotations.OfType<WaitAnnotation>().Select(wait => WaitAsync(resource, wait, cancellationToken)));

    private Task WaitAsync(IResource resource, WaitAnnotation wait, CancellationToken cancellationToken) => wait.WaitType switch
    {
        WaitType.WaitForCompletion => WaitForCompletionAsync(resource, wait, cancellationToken),
        WaitType.WaitUntilStarted => WaitForStateAsync(resource, wait, healthy: false, cancellationToken),
        _ => WaitForStateAsync(resource, wait, healthy: true, cancellationToken),
    };

    private async Task WaitForStateAsync(IResource resource, WaitAnnotation wait, bool healthy, CancellationToken cancellationToken)
    {
        var dependency = wait.Resource;
        Say(resource, $"Waiting for resource '{dependency.Name}' to enter the '{KnownResourceStates.Running}' state.");
        var stop = (wait.WaitBehavior ?? notifications.DefaultWaitBehavior) == WaitBehavior.StopOnResourceUnavailable;
        await Task.WhenAll(dependency.InstanceIds().Select(async id =>
        {
            var running = await notifications.WaitForResourceAsync(
                id, e => e.Snapshot.State?.Text == KnownResourceStates.Running || (stop && ResourceNotificationService.IsUnavailable(e.Snapshot)),
                cancellationToken);
            RefuseUnavailable(resource, dependency, running);
            if (!healthy) return;

            if (running.Snapshot.HealthStatus != HealthStatus.Healthy) Say(resource, $"Waiting for resource '{dependency.Name}' to become healthy.");
            var ready = await notifications.WaitForResourceAsync(
                id, e => e.Snapshot is { HealthStatus: HealthStatus.Healthy, Ready: not null } || (stop && ResourceNotificationService.IsUnavailable(e.Snapshot)),
                cancellationToken);
            RefuseUnavailable(resource, dependency, ready);
            await ready.Snapshot.Ready!.WaitAsync(cancellationToken);
        }));
        Say(resource, $"Finished waiting for resource '{dependency.Name}'.");
    }

    private async Task WaitForCompletionAsync(IResource resource, WaitAnnotation wait, CancellationToken cancellationToken)
    {
        var dependency = wait.Resource;
        Say(resource, $"Waiting for resource '{dependency.Name}' to complete.");
        await Task.WhenAll(dependency.InstanceIds().Select(async id =>
        {
            var ended = await notifications.WaitForResourceAsync(
                id, e => e.Snapshot.State?.Text is { } state && KnownResourceStates.TerminalStates.Contains(state), cancellationToken);
            if (ended.Snapshot.State!.Text == KnownResourceStates.FailedToStart)
            {
                throw new DistributedApplicationException($"Dependency resource '{dependency.Name}' failed to start.");
            }

            if (ended.Snapshot.ExitCode != wait.ExitCode)
            {
                throw new DistributedApplicationException(
                    $"Resource '{dependency.Name}' exited with exit code '{ended.Snapshot.ExitCode}', expected '{wait.ExitCode}'.");
            }
        }));
        Say(resource, $"Finished waiting for resource '{dependency.Name}'.");
    }

    private static void RefuseUnavailable(IResource resource, IResource dependency, ResourceEvent change)
    {
        if (change.Snapshot.State?.Text is { } state && state != KnownResourceStates.Running)
        {
            throw new DistributedApplicationException(
                $"Dependency resource '{dependency.Name}' of '{resource.Name}' is not available: it is in the state '{state}'.");
        }
    }

    private void Say(IResource resource, string message)
    {
        foreach (var id in resource.InstanceIds()) logs.Log(id).Write(message, isError: false);
    }
}

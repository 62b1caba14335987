using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Aspire.Hosting.Orchestration;

/// <summary>Asks the health checks of a running instance again and again: seldom while all is well, at once after the start.</summary>
internal sealed class HealthMonitor(ResourceNotificationService notifications, ResourceLoggerService logs, HealthCheckService checks, TimeProvider clock)
{
    private static readonly TimeSpan WhenHealthy = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan AtMost = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan AtFirst = TimeSpan.FromMilliseconds(100);

    public async Task RunAsync(IResource resource, string id, ReadySignal ready, CancellationToken cancellationToken)
    {
        var keys = resource.Annotations.OfType<HealthCheckAnnotation>().Select(h => h.Key).ToHashSet();
        if (keys.Count == 0)
        {
            await PublishAsync(resource, id, [], isHealthy: true, ready, cancellationToken);
            return;
        }

        for (var failures = 0; ;)
        {
            var report = await checks.CheckHealthAsync(r => keys.Contains(r.Name), cancellationToken);
            var isHealthy = report.Status == HealthStatus.Healthy;
            await PublishAsync(resource, id, Reports(report), isHealthy, ready, cancellationToken);
            failures = isHealthy ? 0 : failures + 1;
            await Task.Delay(isHealthy ? WhenHealthy : Pause(failures), clock, cancellationToken);
        }
    }

    // A server that has just been started is up in a second or two, so the first failures are not worth a long pause.
    internal static TimeSpan Pause(int failures) =>
        failures < 20 ? AtFirst : TimeSpan.FromSeconds(Math.Min(failures - 19, AtMost.TotalSeconds));

    private async Task PublishAsync(
        IResource resource, string id, IReadOnlyList<HealthReportSnapshot> reports, bool isHealthy, ReadySignal ready, CancellationToken cancellationToken)
    {
        var handled = isHealthy ? ready.FireOnce(cancellationToken) : null;
        if (handled is { IsCompleted: false }) _ = TellFailureAsync(id, handled);
        await notifications.PublishUpdateAsync(resource, id, s => s with { HealthReports = [.. reports], Ready = handled ?? s.Ready });
    }

    private async Task TellFailureAsync(string id, Task handled)
    {
        try
        {
            await handled;
        }
        catch (OperationCanceledException)
        {
            // The resource was stopped meanwhile.
        }
#pragma warning disable CA1031 // Foreign handlers: those who wait for the resource get the exception too; here it is made visible.
        catch (Exception failure)
#pragma warning restore CA1031
        {
            logs.Log(id).Write($"A handler of the ready event failed: {failure}", isError: true);
        }
    }

    private HealthReportSnapshot[] Reports(HealthReport report)
    {
        var now = clock.GetUtcNow().UtcDateTime;
        return [.. report.Entries.Select(e => new HealthReportSnapshot(e.Key, e.Value.Status, e.Value.Description, e.Value.Exception?.Message) { LastRunAt = now })];
    }
}

using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Meetings.ServiceDefaults.Messaging.FailedMessages;

/// <summary>Degraded while failed messages wait for an operator: traffic must still come.</summary>
internal sealed class FailedMessagesHealth(FailedMessageKeeper keeper) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        var waiting = keeper.Waiting;
        return Task.FromResult(waiting.Count == 0
            ? HealthCheckResult.Healthy()
            : HealthCheckResult.Degraded(
                $"{waiting.Values.Sum()} failed messages wait for an operator.", data: waiting.ToDictionary(count => count.Key, object (count) => count.Value)));
    }
}

using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Meetings.Meeting.Persistence;

/// <summary>Without Redis the service works on, slower: degraded, and never unhealthy.</summary>
internal sealed class PersistenceHealth(SessionPersistence sessions) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        await sessions.TryReachAsync(cancellationToken) ? HealthCheckResult.Healthy() : HealthCheckResult.Degraded();
}

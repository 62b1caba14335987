using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;

namespace Aspire.Hosting.RabbitMQ;

/// <summary>Healthy when one can sign in.</summary>
internal sealed class RabbitMQHealthCheck(RabbitMQServerResource rabbit) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        var factory = new ConnectionFactory
        {
            Uri = new Uri((await ((IResourceWithConnectionString)rabbit).GetConnectionStringAsync(cancellationToken))!),
            AutomaticRecoveryEnabled = false,
            ClientProvidedName = "health of " + rabbit.Name,
        };
        try
        {
            await using var connection = await factory.CreateConnectionAsync(cancellationToken);
            await connection.CloseAsync(cancellationToken);
            return HealthCheckResult.Healthy();
        }
        catch (Exception failure) when (failure is RabbitMQClientException or IOException)
        {
            return HealthCheckResult.Unhealthy((failure.InnerException ?? failure).Message, failure);
        }
    }
}

using Microsoft.Extensions.Hosting;
using StackExchange.Redis;

namespace Aspire.StackExchange.Redis;

/// <summary>Connects when the host starts, so that the first request need not wait for it.</summary>
internal sealed class ConnectAtStart(Func<IConnectionMultiplexer> multiplexer) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken)
    {
        multiplexer();
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}

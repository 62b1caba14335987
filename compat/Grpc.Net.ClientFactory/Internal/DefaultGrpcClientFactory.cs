using Grpc.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Grpc.Net.ClientFactory.Internal;

internal sealed class DefaultGrpcClientFactory(
    IServiceProvider services, ChannelCache channels, NamedClients names, IOptionsMonitor<GrpcClientFactoryOptions> monitor) : GrpcClientFactory
{
    public override TClient CreateClient<TClient>(string name)
    {
        names.Check(name, typeof(TClient));
        var invoker = channels.Get(name, typeof(TClient));

        // After the channel: it completes the options with what was configured on the HttpClient.
        var options = monitor.Get(name);
        invoker = new CallOptionsInvoker(invoker, options, services).Intercepted(options, InterceptorScope.Client, services);
        return Activator<TClient>.Create(services, [invoker]);
    }

    private static class Activator<TClient>
        where TClient : class
    {
        public static readonly ObjectFactory<TClient> Create = ActivatorUtilities.CreateFactory<TClient>([typeof(CallInvoker)]);
    }
}

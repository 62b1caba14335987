using Grpc.Core;
using Grpc.Net.Client;

namespace Grpc.Net.ClientFactory;

public class GrpcClientFactoryOptions
{
    public Uri? Address { get; set; }

    public IList<Action<GrpcChannelOptions>> ChannelOptionsActions { get; } = new List<Action<GrpcChannelOptions>>();

    public IList<InterceptorRegistration> InterceptorRegistrations { get; } = new List<InterceptorRegistration>();

    /// <summary>What authenticates each call; asked for with the services of the scope that the client is made in.</summary>
    internal IList<Func<IServiceProvider, CallCredentials>> CallCredentials { get; } = new List<Func<IServiceProvider, CallCredentials>>();

    /// <summary>Headers that every call has unless it sets them itself.</summary>
    internal IList<KeyValuePair<string, string>> DefaultHeaders { get; } = new List<KeyValuePair<string, string>>();
}

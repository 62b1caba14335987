using Grpc.Core.Interceptors;

namespace Grpc.Net.ClientFactory;

public enum InterceptorScope
{
    /// <summary>Made once, with the channel.</summary>
    Channel = 0,

    /// <summary>Made for each client.</summary>
    Client = 1,
}

public class InterceptorRegistration
{
    public InterceptorRegistration(InterceptorScope scope, Func<IServiceProvider, Interceptor> creator)
    {
        ArgumentNullException.ThrowIfNull(creator);
        Scope = scope;
        Creator = creator;
    }

    public InterceptorScope Scope { get; }

    public Func<IServiceProvider, Interceptor> Creator { get; }
}

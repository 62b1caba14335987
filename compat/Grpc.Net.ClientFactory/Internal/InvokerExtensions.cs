using Grpc.Core;
using Grpc.Core.Interceptors;

namespace Grpc.Net.ClientFactory.Internal;

internal static class InvokerExtensions
{
    /// <summary>With the interceptors of a scope; the first that was added sees the call first.</summary>
    public static CallInvoker Intercepted(this CallInvoker invoker, GrpcClientFactoryOptions options, InterceptorScope scope, IServiceProvider services)
    {
        Interceptor[] interceptors = [.. options.InterceptorRegistrations.Where(r => r.Scope == scope).Select(r => r.Creator(services))];
        return interceptors.Length == 0 ? invoker : invoker.Intercept(interceptors);
    }
}

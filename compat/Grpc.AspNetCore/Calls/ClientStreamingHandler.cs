using Grpc.AspNetCore.Model;
using Grpc.Core;
using Microsoft.Extensions.Logging;

namespace Grpc.AspNetCore.Calls;

internal sealed class ClientStreamingHandler<TService, TRequest, TResponse> : MethodHandler<TService, TRequest, TResponse>
    where TService : class
    where TRequest : class
    where TResponse : class
{
    private readonly ClientStreamingServerMethod<TRequest, TResponse> _invoke;

    public ClientStreamingHandler(
        Method<TRequest, TResponse> method,
        EffectiveOptions options,
        ILogger logger,
        Func<TService, IAsyncStreamReader<TRequest>, ServerCallContext, Task<TResponse>> code)
        : base(method, options, logger)
    {
        _invoke = Chain<ClientStreamingServerMethod<TRequest, TResponse>>(
            async (requests, context) =>
            {
                var service = Service(context);
                try
                {
                    return await code(service.Instance, requests, context);
                }
                finally
                {
                    await service.DisposeAsync();
                }
            },
            (registration, inner) => async (requests, context) =>
            {
                var interceptor = Interceptor(context, registration);
                try
                {
                    return await interceptor.Instance.ClientStreamingServerHandler(requests, context, inner);
                }
                finally
                {
                    await interceptor.DisposeAsync();
                }
            });
    }

    protected override async Task RunAsync(HttpServerCallContext call) => await WriteSingleAsync(call, await _invoke(OpenReader(call), call));
}

using Grpc.AspNetCore.Model;
using Grpc.Core;
using Microsoft.Extensions.Logging;

namespace Grpc.AspNetCore.Calls;

internal sealed class ServerStreamingHandler<TService, TRequest, TResponse> : MethodHandler<TService, TRequest, TResponse>
    where TService : class
    where TRequest : class
    where TResponse : class
{
    private readonly ServerStreamingServerMethod<TRequest, TResponse> _invoke;

    public ServerStreamingHandler(
        Method<TRequest, TResponse> method,
        EffectiveOptions options,
        ILogger logger,
        Func<TService, TRequest, IServerStreamWriter<TResponse>, ServerCallContext, Task> code)
        : base(method, options, logger)
    {
        _invoke = Chain<ServerStreamingServerMethod<TRequest, TResponse>>(
            async (request, responses, context) =>
            {
                var service = Service(context);
                try
                {
                    await code(service.Instance, request, responses, context);
                }
                finally
                {
                    await service.DisposeAsync();
                }
            },
            (registration, inner) => async (request, responses, context) =>
            {
                var interceptor = Interceptor(context, registration);
                try
                {
                    await interceptor.Instance.ServerStreamingServerHandler(request, responses, context, inner);
                }
                finally
                {
                    await interceptor.DisposeAsync();
                }
            });
    }

    protected override async Task RunAsync(HttpServerCallContext call) => await _invoke(await ReadSingleAsync(call), OpenWriter(call), call);
}

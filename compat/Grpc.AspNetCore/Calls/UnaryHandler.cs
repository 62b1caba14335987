using Grpc.AspNetCore.Model;
using Grpc.Core;
using Microsoft.Extensions.Logging;

namespace Grpc.AspNetCore.Calls;

internal sealed class UnaryHandler<TService, TRequest, TResponse> : MethodHandler<TService, TRequest, TResponse>
    where TService : class
    where TRequest : class
    where TResponse : class
{
    private readonly UnaryServerMethod<TRequest, TResponse> _invoke;

    public UnaryHandler(
        Method<TRequest, TResponse> method, EffectiveOptions options, ILogger logger, Func<TService, TRequest, ServerCallContext, Task<TResponse>> code)
        : base(method, options, logger)
    {
        _invoke = Chain<UnaryServerMethod<TRequest, TResponse>>(
            async (request, context) =>
            {
                var service = Service(context);
                try
                {
                    return await code(service.Instance, request, context);
                }
                finally
                {
                    await service.DisposeAsync();
                }
            },
            (registration, inner) => async (request, context) =>
            {
                var interceptor = Interceptor(context, registration);
                try
                {
                    return await interceptor.Instance.UnaryServerHandler(request, context, inner);
                }
                finally
                {
                    await interceptor.DisposeAsync();
                }
            });
    }

    protected override async Task RunAsync(HttpServerCallContext call)
    {
        var request = await ReadSingleAsync(call);
        await WriteSingleAsync(call, await _invoke(request, call));
    }
}

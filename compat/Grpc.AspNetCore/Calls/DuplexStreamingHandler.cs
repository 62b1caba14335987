using Grpc.AspNetCore.Model;
using Grpc.Core;
using Microsoft.Extensions.Logging;

namespace Grpc.AspNetCore.Calls;

internal sealed class DuplexStreamingHandler<TService, TRequest, TResponse> : MethodHandler<TService, TRequest, TResponse>
    where TService : class
    where TRequest : class
    where TResponse : class
{
    private readonly DuplexStreamingServerMethod<TRequest, TResponse> _invoke;

    public DuplexStreamingHandler(
        Method<TRequest, TResponse> method,
        EffectiveOptions options,
        ILogger logger,
        Func<TService, IAsyncStreamReader<TRequest>, IServerStreamWriter<TResponse>, ServerCallContext, Task> code)
        : base(method, options, logger)
    {
        _invoke = Chain<DuplexStreamingServerMethod<TRequest, TResponse>>(
            async (requests, responses, context) =>
            {
                var service = Service(context);
                try
                {
                    await code(service.Instance, requests, responses, context);
                }
                finally
                {
                    await service.DisposeAsync();
                }
            },
            (registration, inner) => async (requests, responses, context) =>
            {
                var interceptor = Interceptor(context, registration);
                try
                {
                    await interceptor.Instance.DuplexStreamingServerHandler(requests, responses, context, inner);
                }
                finally
                {
                    await interceptor.DisposeAsync();
                }
            });
    }

    protected override Task RunAsync(HttpServerCallContext call) => _invoke(OpenReader(call), OpenWriter(call), call);
}

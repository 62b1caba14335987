using Grpc.AspNetCore.Model;
using Grpc.AspNetCore.Server;
using Grpc.Core;
using Grpc.Core.Interceptors;
using Grpc.Net.Client.Wire;
using Microsoft.Extensions.Logging;

namespace Grpc.AspNetCore.Calls;

/// <summary>What the four kinds of methods share: messages in and out, and instances for the call.</summary>
internal abstract class MethodHandler<TService, TRequest, TResponse>(Method<TRequest, TResponse> method, EffectiveOptions options, ILogger logger)
    : CallHandler(method, options, logger)
    where TService : class
    where TRequest : class
    where TResponse : class
{
    protected Method<TRequest, TResponse> Method => method;

    protected async Task<TRequest> ReadSingleAsync(HttpServerCallContext call)
    {
        var reader = call.OpenRequest();
        if (await reader.ReadAsync(call.CancellationToken) is not { } payload) throw new RpcException(new Status(StatusCode.Internal, "Incomplete message."));
        if (!await reader.IsAtEndAsync(call.CancellationToken))
            throw new RpcException(new Status(StatusCode.Internal, "Additional data after the message received."));
        return method.RequestMarshaller.ContextualDeserializer(new PayloadReader(payload));
    }

    /// <summary>The one response, sent only with success.</summary>
    protected Task WriteSingleAsync(HttpServerCallContext call, TResponse? response)
    {
        if (response is null) throw new RpcException(new Status(StatusCode.Cancelled, "No message returned from method."));
        return call.Status.StatusCode == StatusCode.OK && !call.CancellationToken.IsCancellationRequested
            ? call.WriteAsync(method.ResponseMarshaller, response, call.WriteOptions, flush: false, call.CancellationToken)
            : Task.CompletedTask;
    }

    protected RequestReader<TRequest> OpenReader(HttpServerCallContext call) => new(call, method.RequestMarshaller);

    protected ResponseWriter<TResponse> OpenWriter(HttpServerCallContext call) => new(call, method.ResponseMarshaller);

    /// <summary>Puts the interceptors around the service; the first of them is outermost.</summary>
    protected TInvoke Chain<TInvoke>(TInvoke innermost, Func<InterceptorRegistration, TInvoke, TInvoke> around) =>
        Options.Interceptors.Reverse().Aggregate(innermost, (inner, registration) => around(registration, inner));

    protected static Activated<TService> Service(ServerCallContext context) =>
        Activated<TService>.Create(context.GetHttpContext().RequestServices, typeof(TService), []);

    protected static Activated<Interceptor> Interceptor(ServerCallContext context, InterceptorRegistration registration) =>
        Activated<Interceptor>.Create(context.GetHttpContext().RequestServices, registration.Type, [.. registration.Arguments]);
}

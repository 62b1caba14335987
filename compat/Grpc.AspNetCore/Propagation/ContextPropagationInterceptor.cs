using Grpc.AspNetCore.Calls;
using Grpc.Core;
using Grpc.Core.Interceptors;
using Microsoft.AspNetCore.Http;

namespace Grpc.AspNetCore.ClientFactory;

/// <summary>Carries deadline and cancellation of the gRPC call that is being served on to the calls it makes.</summary>
internal sealed class ContextPropagationInterceptor(GrpcContextPropagationOptions options, IHttpContextAccessor accessor) : Interceptor
{
    public override TResponse BlockingUnaryCall<TRequest, TResponse>(
        TRequest request, ClientInterceptorContext<TRequest, TResponse> context, BlockingUnaryCallContinuation<TRequest, TResponse> continuation)
    {
        var response = continuation(request, Propagated(context, out var source));
        source?.Dispose();
        return response;
    }

    public override AsyncUnaryCall<TResponse> AsyncUnaryCall<TRequest, TResponse>(
        TRequest request, ClientInterceptorContext<TRequest, TResponse> context, AsyncUnaryCallContinuation<TRequest, TResponse> continuation)
    {
        var call = continuation(request, Propagated(context, out var source));
        return source is null ? call : new AsyncUnaryCall<TResponse>(
            call.ResponseAsync, call.ResponseHeadersAsync, call.GetStatus, call.GetTrailers, () => Dispose(call, source));
    }

    public override AsyncServerStreamingCall<TResponse> AsyncServerStreamingCall<TRequest, TResponse>(
        TRequest request, ClientInterceptorContext<TRequest, TResponse> context, AsyncServerStreamingCallContinuation<TRequest, TResponse> continuation)
    {
        var call = continuation(request, Propagated(context, out var source));
        return source is null ? call : new AsyncServerStreamingCall<TResponse>(
            call.ResponseStream, call.ResponseHeadersAsync, call.GetStatus, call.GetTrailers, () => Dispose(call, source));
    }

    public override AsyncClientStreamingCall<TRequest, TResponse> AsyncClientStreamingCall<TRequest, TResponse>(
        ClientInterceptorContext<TRequest, TResponse> context, AsyncClientStreamingCallContinuation<TRequest, TResponse> continuation)
    {
        var call = continuation(Propagated(context, out var source));
        return source is null ? call : new AsyncClientStreamingCall<TRequest, TResponse>(
            call.RequestStream, call.ResponseAsync, call.ResponseHeadersAsync, call.GetStatus, call.GetTrailers, () => Dispose(call, source));
    }

    public override AsyncDuplexStreamingCall<TRequest, TResponse> AsyncDuplexStreamingCall<TRequest, TResponse>(
        ClientInterceptorContext<TRequest, TResponse> context, AsyncDuplexStreamingCallContinuation<TRequest, TResponse> continuation)
    {
        var call = continuation(Propagated(context, out var source));
        return source is null ? call : new AsyncDuplexStreamingCall<TRequest, TResponse>(
            call.RequestStream, call.ResponseStream, call.ResponseHeadersAsync, call.GetStatus, call.GetTrailers, () => Dispose(call, source));
    }

    private static void Dispose(IDisposable call, CancellationTokenSource source)
    {
        call.Dispose();
        source.Dispose();
    }

    /// <param name="source">Where two tokens had to be joined, what joins them.</param>
    private ClientInterceptorContext<TRequest, TResponse> Propagated<TRequest, TResponse>(
        ClientInterceptorContext<TRequest, TResponse> context, out CancellationTokenSource? source)
        where TRequest : class
        where TResponse : class
    {
        source = null;
        if (accessor.HttpContext?.Features.Get<HttpServerCallContext>() is not { } served)
        {
            if (options.SuppressContextNotFoundErrors) return context;
            throw new InvalidOperationException(accessor.HttpContext is null
                ? "Unable to propagate server context values to the call. Can't find the current HttpContext."
                : "Unable to propagate server context values to the call. Can't find the gRPC ServerCallContext on the current HttpContext.");
        }

        var call = context.Options;
        if (served.Deadline < (call.Deadline ?? DateTime.MaxValue)) call = call.WithDeadline(served.Deadline);
        if (!call.CancellationToken.CanBeCanceled)
        {
            call = call.WithCancellationToken(served.CancellationToken);
        }
        else if (served.CancellationToken != call.CancellationToken)
        {
            source = CancellationTokenSource.CreateLinkedTokenSource(served.CancellationToken, call.CancellationToken);
            call = call.WithCancellationToken(source.Token);
        }

        return new ClientInterceptorContext<TRequest, TResponse>(context.Method, context.Host, call);
    }
}

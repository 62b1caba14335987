using Grpc.Core;
using Grpc.Core.Interceptors;
using Meetings.ServiceDefaults.Security;

namespace Meetings.ServiceDefaults.Grpc;

/// <summary>Puts this service's own short-lived token on every call, and a deadline where the caller set none.</summary>
internal sealed class ServiceCredentials(string service, TokenOptions options, TimeProvider clock) : Interceptor
{
    private static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(10);

    public override AsyncUnaryCall<TResponse> AsyncUnaryCall<TRequest, TResponse>(
        TRequest request, ClientInterceptorContext<TRequest, TResponse> context, AsyncUnaryCallContinuation<TRequest, TResponse> continuation) =>
        continuation(request, With(context));

    public override AsyncServerStreamingCall<TResponse> AsyncServerStreamingCall<TRequest, TResponse>(
        TRequest request, ClientInterceptorContext<TRequest, TResponse> context, AsyncServerStreamingCallContinuation<TRequest, TResponse> continuation) =>
        continuation(request, With(context));

    private ClientInterceptorContext<TRequest, TResponse> With<TRequest, TResponse>(ClientInterceptorContext<TRequest, TResponse> context)
        where TRequest : class
        where TResponse : class
    {
        var now = clock.GetUtcNow();
        var headers = new Metadata();
        foreach (var entry in context.Options.Headers ?? []) headers.Add(entry);
        headers.Add("authorization", $"Bearer {Tokens.ForService(service, options, now, Lifetime)}");
        var call = context.Options.WithHeaders(headers);
        if (call.Deadline is null) call = call.WithDeadline((now + Deadline).UtcDateTime);
        return new ClientInterceptorContext<TRequest, TResponse>(context.Method, context.Host, call);
    }
}

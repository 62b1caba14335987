using Grpc.Core;

namespace Grpc.Net.ClientFactory.Internal;

/// <summary>Adds a client's credentials and default headers to each call.</summary>
internal sealed class CallOptionsInvoker(CallInvoker inner, GrpcClientFactoryOptions options, IServiceProvider services) : CallInvoker
{
    private readonly CallCredentials[] _credentials = [.. options.CallCredentials.Select(create => create(services))];

    public override TResponse BlockingUnaryCall<TRequest, TResponse>(
        Method<TRequest, TResponse> method, string? host, CallOptions options, TRequest request) =>
        inner.BlockingUnaryCall(method, host, With(options), request);

    public override AsyncUnaryCall<TResponse> AsyncUnaryCall<TRequest, TResponse>(
        Method<TRequest, TResponse> method, string? host, CallOptions options, TRequest request) =>
        inner.AsyncUnaryCall(method, host, With(options), request);

    public override AsyncServerStreamingCall<TResponse> AsyncServerStreamingCall<TRequest, TResponse>(
        Method<TRequest, TResponse> method, string? host, CallOptions options, TRequest request) =>
        inner.AsyncServerStreamingCall(method, host, With(options), request);

    public override AsyncClientStreamingCall<TRequest, TResponse> AsyncClientStreamingCall<TRequest, TResponse>(
        Method<TRequest, TResponse> method, string? host, CallOptions options) => inner.AsyncClientStreamingCall(method, host, With(options));

    public override AsyncDuplexStreamingCall<TRequest, TResponse> AsyncDuplexStreamingCall<TRequest, TResponse>(
        Method<TRequest, TResponse> method, string? host, CallOptions options) => inner.AsyncDuplexStreamingCall(method, host, With(options));

    private CallOptions With(CallOptions call)
    {
        if (options.DefaultHeaders.Count > 0) call = call.WithHeaders(Merged(call.Headers ?? []));
        if (_credentials.Length == 0) return call;

        CallCredentials[] all = call.Credentials is { } own ? [own, .. _credentials] : _credentials;
        return call.WithCredentials(all.Length == 1 ? all[0] : CallCredentials.Compose(all));
    }

    private Metadata Merged(Metadata own)
    {
        var merged = new Metadata();
        foreach (var entry in own) merged.Add(entry);
        foreach (var (key, value) in options.DefaultHeaders.Where(h => own.Get(h.Key) is null)) merged.Add(key, value);
        return merged;
    }
}

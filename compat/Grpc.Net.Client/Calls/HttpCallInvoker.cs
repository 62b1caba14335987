using Grpc.Core;

namespace Grpc.Net.Client.Calls;

/// <summary>Makes calls over HTTP/2.</summary>
internal sealed class HttpCallInvoker(GrpcChannel channel) : CallInvoker
{
    public override TResponse BlockingUnaryCall<TRequest, TResponse>(
        Method<TRequest, TResponse> method, string? host, CallOptions options, TRequest request)
    {
        using var call = AsyncUnaryCall(method, host, options, request);
        return call.ResponseAsync.GetAwaiter().GetResult();
    }

    public override AsyncUnaryCall<TResponse> AsyncUnaryCall<TRequest, TResponse>(
        Method<TRequest, TResponse> method, string? host, CallOptions options, TRequest request)
    {
        var call = new GrpcCall<TRequest, TResponse>(channel, method, options);
        StartWithMessage(call, options, request);
        return new AsyncUnaryCall<TResponse>(Observed(call.ReadSingleAsync()), call.ResponseHeaders, call.GetStatus, call.GetTrailers, call.Dispose);
    }

    public override AsyncServerStreamingCall<TResponse> AsyncServerStreamingCall<TRequest, TResponse>(
        Method<TRequest, TResponse> method, string? host, CallOptions options, TRequest request)
    {
        var call = new GrpcCall<TRequest, TResponse>(channel, method, options);
        StartWithMessage(call, options, request);
        var reader = new ResponseStreamReader<TRequest, TResponse>(call);
        return new AsyncServerStreamingCall<TResponse>(reader, call.ResponseHeaders, call.GetStatus, call.GetTrailers, call.Dispose);
    }

    public override AsyncClientStreamingCall<TRequest, TResponse> AsyncClientStreamingCall<TRequest, TResponse>(
        Method<TRequest, TResponse> method, string? host, CallOptions options)
    {
        var call = new GrpcCall<TRequest, TResponse>(channel, method, options);
        var writer = StartWithStream(call);
        return new AsyncClientStreamingCall<TRequest, TResponse>(
            writer, Observed(call.ReadSingleAsync()), call.ResponseHeaders, call.GetStatus, call.GetTrailers, call.Dispose);
    }

    public override AsyncDuplexStreamingCall<TRequest, TResponse> AsyncDuplexStreamingCall<TRequest, TResponse>(
        Method<TRequest, TResponse> method, string? host, CallOptions options)
    {
        var call = new GrpcCall<TRequest, TResponse>(channel, method, options);
        var writer = StartWithStream(call);
        var reader = new ResponseStreamReader<TRequest, TResponse>(call);
        return new AsyncDuplexStreamingCall<TRequest, TResponse>(writer, reader, call.ResponseHeaders, call.GetStatus, call.GetTrailers, call.Dispose);
    }

    private static void StartWithMessage<TRequest, TResponse>(GrpcCall<TRequest, TResponse> call, CallOptions options, TRequest request)
        where TRequest : class
        where TResponse : class
    {
        ArgumentNullException.ThrowIfNull(request);
        try
        {
            call.Start(new MessageContent(call.Frame(request, options.WriteOptions)));
        }
        catch (Exception error)
        {
            call.Fail(error, "Error starting gRPC call.");
        }
    }

    private static RequestStreamWriter<TRequest, TResponse> StartWithStream<TRequest, TResponse>(GrpcCall<TRequest, TResponse> call)
        where TRequest : class
        where TResponse : class
    {
        var content = new StreamingContent();
        call.Start(content);
        return new RequestStreamWriter<TRequest, TResponse>(call, content);
    }

    /// <summary>A caller who disposes of a call need not look at its response.</summary>
    private static Task<T> Observed<T>(Task<T> response)
    {
        _ = response.ContinueWith(static t => t.Exception, CancellationToken.None,
            TaskContinuationOptions.OnlyOnFaulted | TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        return response;
    }
}

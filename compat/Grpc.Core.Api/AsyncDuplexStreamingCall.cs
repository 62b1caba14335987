namespace Grpc.Core;

/// <summary>A call under way with many requests and many responses.</summary>
public sealed class AsyncDuplexStreamingCall<TRequest, TResponse>(
    IClientStreamWriter<TRequest> requestStream,
    IAsyncStreamReader<TResponse> responseStream,
    Task<Metadata> responseHeadersAsync,
    Func<Status> getStatusFunc,
    Func<Metadata> getTrailersFunc,
    Action disposeAction) : IDisposable
{
    public IClientStreamWriter<TRequest> RequestStream => requestStream;

    public IAsyncStreamReader<TResponse> ResponseStream => responseStream;

    public Task<Metadata> ResponseHeadersAsync => responseHeadersAsync;

    /// <summary>Throws while the call is under way.</summary>
    public Status GetStatus() => getStatusFunc();

    /// <summary>Throws while the call is under way.</summary>
    public Metadata GetTrailers() => getTrailersFunc();

    /// <summary>Cancels the call if it is under way.</summary>
    public void Dispose() => disposeAction();
}

using System.Runtime.CompilerServices;

namespace Grpc.Core;

/// <summary>A call under way with one request and one response.</summary>
public sealed class AsyncUnaryCall<TResponse>(
    Task<TResponse> responseAsync,
    Task<Metadata> responseHeadersAsync,
    Func<Status> getStatusFunc,
    Func<Metadata> getTrailersFunc,
    Action disposeAction) : IDisposable
{
    public Task<TResponse> ResponseAsync => responseAsync;

    public Task<Metadata> ResponseHeadersAsync => responseHeadersAsync;

    public TaskAwaiter<TResponse> GetAwaiter() => responseAsync.GetAwaiter();

    public ConfiguredTaskAwaitable<TResponse> ConfigureAwait(bool continueOnCapturedContext) => responseAsync.ConfigureAwait(continueOnCapturedContext);

    /// <summary>Throws while the call is under way.</summary>
    public Status GetStatus() => getStatusFunc();

    /// <summary>Throws while the call is under way.</summary>
    public Metadata GetTrailers() => getTrailersFunc();

    /// <summary>Cancels the call if it is under way.</summary>
    public void Dispose() => disposeAction();
}

using System.Diagnostics.CodeAnalysis;
using System.Net.Http.Headers;
using Grpc.Core;
using Grpc.Net.Client.Wire;
using Microsoft.Extensions.Logging;

namespace Grpc.Net.Client.Calls;

/// <summary>How a call ended: the first to say so is right, whoever comes later.</summary>
internal sealed record CallEnd(Status Status, Metadata Trailers);

/// <summary>One call on its way: sends the request, keeps deadline and cancellation, and knows how it ended.</summary>
[SuppressMessage("Design", "CA1001", Justification = "What is disposable is disposed of when the call ends, which every call does.")]
internal sealed partial class GrpcCall<TRequest, TResponse>
    where TRequest : class
    where TResponse : class
{
    private readonly GrpcChannel _channel;
    private readonly Method<TRequest, TResponse> _method;
    private readonly CallOptions _options;
    private readonly CancellationTokenSource _stop = new();
    private readonly TaskCompletionSource<CallEnd> _end = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource<Metadata> _headers = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly CallDeadline? _deadline;
    private readonly CancellationTokenRegistration _cancelled;
    private readonly CancellationTokenRegistration _channelDisposed;
    private volatile HttpResponseMessage? _response;
    private FrameReader? _reader;
    private Task _sent = Task.CompletedTask;

    public GrpcCall(GrpcChannel channel, Method<TRequest, TResponse> method, CallOptions options)
    {
        ObjectDisposedException.ThrowIf(channel.Disposed.IsCancellationRequested, channel);
        if (options.Deadline is { Kind: not DateTimeKind.Utc } d && d != DateTime.MaxValue && d != DateTime.MinValue)
            throw new InvalidOperationException("Deadline must have a kind DateTimeKind.Utc or be equal to DateTime.MaxValue or DateTime.MinValue.");

        _channel = channel;
        _method = method;
        _options = options;
        Stopped = _stop.Token;
        if (options.Deadline is { } deadline && deadline != DateTime.MaxValue)
        {
            if (deadline <= DateTime.UtcNow) Expire();
            else _deadline = CallDeadline.Start(deadline, Expire);
        }

        _cancelled = options.CancellationToken.Register(Cancel);
        _channelDisposed = channel.Disposed.Register(Dispose);
        if (_end.Task.IsCompleted) Release();
    }

    public Task<Metadata> ResponseHeaders => _headers.Task;

    public bool IsEnded => _end.Task.IsCompleted;

    /// <summary>Fires when the call has ended.</summary>
    public CancellationToken Stopped { get; }

    public WriteOptions? WriteOptions => _options.WriteOptions;

    private bool IsLate => _options.Deadline <= DateTime.UtcNow;

    public Status GetStatus() => _end.Task.IsCompleted
        ? _end.Task.Result.Status
        : throw new InvalidOperationException("Unable to get the status because the call is not complete.");

    public Metadata GetTrailers() => _end.Task.IsCompleted
        ? _end.Task.Result.Trailers
        : throw new InvalidOperationException("Can't get the call trailers because the call has not completed.");

    public void Dispose() => End(new Status(StatusCode.Cancelled, "gRPC call disposed."), []);

    public void Cancel() => End(new Status(StatusCode.Cancelled, "Call canceled by the client."), []);

    public void Start(HttpContent content) => _sent = SendAsync(content);

    public ReadOnlyMemory<byte> Frame(TRequest message, WriteOptions? writeOptions)
    {
        var encoding = _options.Headers?.GetValue(Names.RequestEncoding);
        if (encoding is Compression.Identity || writeOptions?.Flags.HasFlag(WriteFlags.NoCompress) == true) encoding = null;
        if (encoding is not null && !Compression.IsKnown(encoding))
            throw new RpcException(new Status(StatusCode.Internal, $"Could not find compression provider for '{encoding}'."));
        return FrameWriter.Frame(_method.RequestMarshaller, message, _channel.MaxSendMessageSize, encoding, System.IO.Compression.CompressionLevel.Fastest);
    }

    /// <summary>Something below or around the call failed; it ends unless it had already.</summary>
    public void Fail(Exception error, string what)
    {
        // A server that keeps the deadline too resets the stream at about the same moment, and how that shows depends on the handler.
        var status = IsLate && error is not RpcException ? new Status(StatusCode.DeadlineExceeded, "", error) : TransportErrors.ToStatus(error, what);
        End(status, (error as RpcException)?.Trailers ?? []);
    }

    /// <summary>The exception for an ended call.</summary>
    public Exception Error()
    {
        var (status, trailers) = _end.Task.Result;
        var error = new RpcException(status, trailers);
        var cancelled = status.StatusCode == StatusCode.DeadlineExceeded
            || (status.StatusCode == StatusCode.Cancelled && (_options.CancellationToken.IsCancellationRequested || trailers.Count == 0));
        return _channel.ThrowOperationCanceledOnCancellation && cancelled
            ? new OperationCanceledException(error.Message, error, _options.CancellationToken)
            : error;
    }

    private async Task SendAsync(HttpContent content)
    {
        if (IsEnded) return;
        try
        {
            var request = CreateRequest(content);
            await AddCredentialsAsync(request).ConfigureAwait(false);
            _response = await _channel.Invoker.SendAsync(request, Stopped).ConfigureAwait(false);
            ReadHeaders(_response);
            if (IsEnded) _response.Dispose();
        }
        catch (Exception error)
        {
            Fail(error, "Error starting gRPC call.");
        }
    }

    private HttpRequestMessage CreateRequest(HttpContent content)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, new Uri(_channel.Address, _method.FullName))
        {
            Content = content,
            Version = _channel.HttpVersion,
            VersionPolicy = _channel.HttpVersionPolicy,
        };
        var headers = request.Headers;
        headers.TE.Add(new TransferCodingWithQualityHeaderValue("trailers"));
        headers.TryAddWithoutValidation(Names.AcceptEncoding, Compression.Accepted);
        foreach (var entry in _options.Headers ?? [])
        {
            var name = entry.Key == Names.RequestEncoding ? Names.Encoding : entry.Key;
            headers.TryAddWithoutValidation(name, MetadataText.ToText(entry));
        }

        if (!headers.NonValidated.Contains("User-Agent")) headers.TryAddWithoutValidation("User-Agent", "grpc-dotnet/2.85.0");
        if (_options.Deadline is { } deadline && deadline != DateTime.MaxValue)
            headers.TryAddWithoutValidation(Names.Timeout, GrpcTimeout.Format(deadline - DateTime.UtcNow));
        return request;
    }

    private async Task AddCredentialsAsync(HttpRequestMessage request)
    {
        if (!_channel.UseCallCredentials) return;
        CallCredentials?[] all = [_channel.CallCredentials, _options.Credentials];
        var context = new AuthInterceptorContext(new Uri(_channel.Address, _method.ServiceName).AbsoluteUri, _method.Name, Stopped);
        foreach (var authenticate in all.OfType<CallCredentials>().SelectMany(c => c.Interceptors))
        {
            var added = new Metadata();
            await authenticate(context, added).ConfigureAwait(false);
            foreach (var entry in added) request.Headers.TryAddWithoutValidation(entry.Key, MetadataText.ToText(entry));
        }
    }

    private void Expire() => End(new Status(StatusCode.DeadlineExceeded, ""), []);

    private void End(Status status, Metadata trailers)
    {
        if (IsLate && status.StatusCode == StatusCode.Cancelled && trailers.Count == 0)
            status = new Status(StatusCode.DeadlineExceeded, "", status.DebugException);
        if (!_end.TrySetResult(new CallEnd(status, trailers))) return;

        if (status.DebugException is { } error) LogFailed(_channel.Logger, error, _method.FullName, status.StatusCode);
        if (!_headers.Task.IsCompleted && _headers.TrySetException(Error())) _ = _headers.Task.Exception;
        Release();
    }

    private void Release()
    {
        _deadline?.Dispose();
        _cancelled.Unregister();
        _channelDisposed.Unregister();
        _stop.Cancel();
        _response?.Dispose();
    }

    [LoggerMessage(1, LogLevel.Debug, "gRPC call {Method} failed with {StatusCode}.")]
    private static partial void LogFailed(ILogger logger, Exception error, string method, StatusCode statusCode);
}

using System.Buffers;
using System.Net.Sockets;
using Grpc.AspNetCore.Model;
using Grpc.Core;
using Grpc.Net.Client.Calls;
using Grpc.Net.Client.Wire;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Primitives;

namespace Grpc.AspNetCore.Calls;

/// <summary>A call that came over HTTP. It is a feature of its HttpContext, so that calls made on its behalf find it.</summary>
internal sealed partial class HttpServerCallContext : ServerCallContext, IAsyncDisposable
{
    /// <summary>The HTTP/2 error for a stream that is no longer wanted.</summary>
    private const int Cancel = 8;

    private readonly IMethod _method;
    private readonly ILogger _logger;
    private readonly CancellationTokenSource _cancelled;
    private readonly SemaphoreSlim _writing = new(1, 1);
    private readonly CallDeadline? _deadlineTimer;
    private readonly Lazy<Metadata> _requestHeaders;
    private readonly TaskCompletionSource _expired = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Phase _phase = Phase.Live;
    private bool _ended;
    private AuthContext? _authContext;

    public HttpServerCallContext(HttpContext context, IMethod method, EffectiveOptions options, ILogger logger)
    {
        HttpContext = context;
        Options = options;
        _method = method;
        _logger = logger;
        _requestHeaders = new Lazy<Metadata>(ReadRequestHeaders);
        _cancelled = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted);
        CancellationTokenCore = _cancelled.Token;
        context.Features.Set(this);
        context.Response.ContentType = Names.ContentType;
        ResponseEncoding = ChooseEncoding();

        if (!GrpcTimeout.TryParse(context.Request.Headers[Names.Timeout], out var timeout)) return;
        DeadlineCore = DateTime.UtcNow + timeout;
        _deadlineTimer = CallDeadline.Start(DeadlineCore, () => _ = ExpireAsync());
    }

    private enum Phase
    {
        Live,
        Expired,
        Disposed,
    }

    public HttpContext HttpContext { get; }

    public EffectiveOptions Options { get; }

    /// <summary>Null when responses are not compressed.</summary>
    public string? ResponseEncoding { get; }

    protected override string MethodCore => _method.FullName;

    protected override string HostCore => HttpContext.Request.Host.Value ?? "";

    protected override string PeerCore => HttpContext.Connection.RemoteIpAddress is { } address
        ? address.AddressFamily == AddressFamily.InterNetworkV6 && !address.IsIPv4MappedToIPv6
            ? $"ipv6:[{address}]:{HttpContext.Connection.RemotePort}"
            : $"ipv4:{address.MapToIPv4()}:{HttpContext.Connection.RemotePort}"
        : "unknown";

    protected override DateTime DeadlineCore { get; } = DateTime.MaxValue;

    protected override Metadata RequestHeadersCore => _requestHeaders.Value;

    protected override CancellationToken CancellationTokenCore { get; }

    protected override Metadata ResponseTrailersCore { get; } = [];

    protected override Status StatusCore { get; set; }

    protected override WriteOptions? WriteOptionsCore { get; set; }

    // Who the peer is by certificate is the connection's affair; users are in HttpContext.
    protected override AuthContext AuthContextCore => _authContext ??= new AuthContext(null, []);

    protected override IDictionary<object, object> UserStateCore => HttpContext.Items!;

    public FrameReader OpenRequest() =>
        new(HttpContext.Request.Body, HttpContext.Request.Headers[Names.Encoding].FirstOrDefault(), Options.MaxReceive);

    /// <summary>Writes one message, unless the call has ended.</summary>
    public async Task WriteAsync<T>(Marshaller<T> marshaller, T message, WriteOptions? writeOptions, bool flush, CancellationToken ct)
    {
        var encoding = writeOptions?.Flags.HasFlag(WriteFlags.NoCompress) == true ? null : ResponseEncoding;
        var frame = FrameWriter.Frame(marshaller, message, Options.MaxSend, encoding, Options.CompressionLevel);
        await _writing.WaitAsync(ct);
        try
        {
            if (_ended) throw new InvalidOperationException("Can't write the message because the request is complete.");
            await HttpContext.Response.StartAsync(ct);
            var body = HttpContext.Response.BodyWriter;
            body.Write(frame.Span);
            if (flush) await body.FlushAsync(ct);
        }
        finally
        {
            _writing.Release();
        }
    }

    /// <summary>Tells the client how the call ended, unless it has been told.</summary>
    public async Task EndAsync(Status status)
    {
        await _writing.WaitAsync();
        try
        {
            // A method that gives up because its time is over does not choose the status.
            if (_ended || _phase == Phase.Expired) return;
            _ended = true;
            StatusCore = status;
            if (!HttpContext.RequestAborted.IsCancellationRequested) Trailers.Write(HttpContext.Response, status, ResponseTrailersCore);
        }
        finally
        {
            _writing.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        _deadlineTimer?.Dispose();
        if (Interlocked.CompareExchange(ref _phase, Phase.Disposed, Phase.Live) == Phase.Expired) await _expired.Task;
        _cancelled.Dispose();
        _writing.Dispose();
    }

    protected override async Task WriteResponseHeadersAsyncCore(Metadata responseHeaders)
    {
        ArgumentNullException.ThrowIfNull(responseHeaders);
        await _writing.WaitAsync(CancellationTokenCore);
        try
        {
            if (_ended || HttpContext.Response.HasStarted) throw new InvalidOperationException("Response headers can only be sent once per call.");
            Trailers.Add(HttpContext.Response.Headers, responseHeaders);
            await HttpContext.Response.BodyWriter.FlushAsync(CancellationTokenCore);
        }
        finally
        {
            _writing.Release();
        }
    }

    protected override ContextPropagationToken CreatePropagationTokenCore(ContextPropagationOptions? options) =>
        throw new NotImplementedException("CreatePropagationToken is not implemented. EnableCallContextPropagation of the client factory carries deadlines on.");

    /// <summary>The deadline has come: the client is told, the stream reset, and the method asked to stop.</summary>
    private async Task ExpireAsync()
    {
        if (Interlocked.CompareExchange(ref _phase, Phase.Expired, Phase.Live) != Phase.Live) return;
        try
        {
            // First, for a write that waits for a slow client holds the response.
            await _cancelled.CancelAsync();
            if (await TryEndExpiredAsync()) HttpContext.Features.Get<IHttpResetFeature>()?.Reset(Cancel);
        }
        catch (Exception error)
        {
            LogExpiryFailed(_logger, error, _method.FullName);
        }
        finally
        {
            _expired.TrySetResult();
        }
    }

    private async Task<bool> TryEndExpiredAsync()
    {
        await _writing.WaitAsync();
        try
        {
            if (_ended || HttpContext.RequestAborted.IsCancellationRequested) return false;
            _ended = true;
            StatusCore = new Status(StatusCode.DeadlineExceeded, "Deadline Exceeded");
            Trailers.Write(HttpContext.Response, StatusCore, ResponseTrailersCore);
            await HttpContext.Response.CompleteAsync();
            return true;
        }
        finally
        {
            _writing.Release();
        }
    }

    private Metadata ReadRequestHeaders()
    {
        var metadata = new Metadata();
        foreach (var (name, values) in HttpContext.Request.Headers)
        {
            if (IsOfProtocol(name)) continue;
            foreach (var value in values) MetadataText.Add(metadata, name, value ?? "");
        }

        return metadata;
    }

    private static bool IsOfProtocol(string name) => name.StartsWith(':')
        || name.ToLowerInvariant() is Names.Encoding or Names.AcceptEncoding or Names.Timeout or "content-type" or "te" or "host" or "accept-encoding";

    private string? ChooseEncoding()
    {
        if (Options.Compression is not { } wanted || !Compression.IsKnown(wanted)) return null;
        var accepted = HttpContext.Request.Headers[Names.AcceptEncoding];
        if (!StringValues.IsNullOrEmpty(accepted) && accepted.ToString().Split(',', StringSplitOptions.TrimEntries).Contains(wanted, StringComparer.OrdinalIgnoreCase))
        {
            HttpContext.Response.Headers[Names.Encoding] = wanted;
            return wanted;
        }

        return null;
    }

    [LoggerMessage(10, LogLevel.Error, "The deadline of a call of {Method} could not be kept.")]
    private static partial void LogExpiryFailed(ILogger logger, Exception error, string method);
}

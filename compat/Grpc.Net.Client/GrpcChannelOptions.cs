using Grpc.Core;
using Microsoft.Extensions.Logging;

namespace Grpc.Net.Client;

public sealed class GrpcChannelOptions
{
    public ChannelCredentials? Credentials { get; set; }

    /// <summary>No limit unless set.</summary>
    public int? MaxSendMessageSize { get; set; }

    /// <summary>4 MB unless set; null is no limit.</summary>
    public int? MaxReceiveMessageSize { get; set; } = 4 * 1024 * 1024;

    public ILoggerFactory? LoggerFactory { get; set; }

    /// <summary>Not together with <see cref="HttpHandler"/>.</summary>
    public HttpClient? HttpClient { get; set; }

    /// <summary>Not together with <see cref="HttpClient"/>.</summary>
    public HttpMessageHandler? HttpHandler { get; set; }

    /// <summary>Whether the client or handler given here goes with the channel. One that the channel makes always does.</summary>
    public bool DisposeHttpClient { get; set; }

    /// <summary>Cancellation and deadlines throw <see cref="OperationCanceledException"/> rather than <see cref="RpcException"/>.</summary>
    public bool ThrowOperationCanceledOnCancellation { get; set; }

    /// <summary>Sends call credentials over connections that anybody can read.</summary>
    public bool UnsafeUseInsecureChannelCallCredentials { get; set; }

    public Version? HttpVersion { get; set; }

    public HttpVersionPolicy? HttpVersionPolicy { get; set; }
}

using System.IO.Compression;

namespace Grpc.AspNetCore.Server;

/// <summary>Options for all services, or with a type argument for one.</summary>
public class GrpcServiceOptions
{
    private int? _maxSend;
    private int? _maxReceive;

    /// <summary>No limit unless set.</summary>
    public int? MaxSendMessageSize
    {
        get => _maxSend;
        set => (_maxSend, MaxSendMessageSizeSpecified) = (value, true);
    }

    /// <summary>4 MB unless set; null is no limit.</summary>
    public int? MaxReceiveMessageSize
    {
        get => _maxReceive;
        set => (_maxReceive, MaxReceiveMessageSizeSpecified) = (value, true);
    }

    /// <summary>Tells clients what an unexpected exception said.</summary>
    public bool? EnableDetailedErrors { get; set; }

    /// <summary><c>gzip</c> or <c>deflate</c>; used when the client accepts it.</summary>
    public string? ResponseCompressionAlgorithm { get; set; }

    public CompressionLevel? ResponseCompressionLevel { get; set; }

    /// <summary>Leaves calls of unknown services to other endpoints.</summary>
    public bool? IgnoreUnknownServices { get; set; }

    public InterceptorCollection Interceptors { get; } = [];

    internal bool MaxSendMessageSizeSpecified { get; private set; }

    internal bool MaxReceiveMessageSizeSpecified { get; private set; }
}

/// <summary>What one service has otherwise than all.</summary>
public class GrpcServiceOptions<TService> : GrpcServiceOptions
    where TService : class;

using System.IO.Compression;
using Grpc.AspNetCore.Server;

namespace Grpc.AspNetCore.Model;

/// <summary>The options of one service: its own where they are set, else those for all; interceptors of both, for all first.</summary>
internal sealed record EffectiveOptions(
    int? MaxSend, int? MaxReceive, bool DetailedErrors, string? Compression, CompressionLevel CompressionLevel, IReadOnlyList<InterceptorRegistration> Interceptors)
{
    private const int DefaultMaxReceive = 4 * 1024 * 1024;

    public static EffectiveOptions Of(GrpcServiceOptions all, GrpcServiceOptions own) => new(
        own.MaxSendMessageSizeSpecified ? own.MaxSendMessageSize : all.MaxSendMessageSize,
        own.MaxReceiveMessageSizeSpecified ? own.MaxReceiveMessageSize : all.MaxReceiveMessageSizeSpecified ? all.MaxReceiveMessageSize : DefaultMaxReceive,
        own.EnableDetailedErrors ?? all.EnableDetailedErrors ?? false,
        own.ResponseCompressionAlgorithm ?? all.ResponseCompressionAlgorithm,
        own.ResponseCompressionLevel ?? all.ResponseCompressionLevel ?? CompressionLevel.Fastest,
        [.. all.Interceptors, .. own.Interceptors]);
}

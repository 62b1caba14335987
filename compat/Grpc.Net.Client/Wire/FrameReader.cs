using System.Buffers;
using System.Buffers.Binary;
using Grpc.Core;

namespace Grpc.Net.Client.Wire;

/// <summary>Reads messages, each behind five bytes that tell whether it is compressed and how long it is.</summary>
internal sealed class FrameReader(Stream stream, string? encoding, int? limit)
{
    private const int HeaderLength = 5;

    /// <summary>A length is only a claim: memory follows what has come.</summary>
    private const int FirstBuffer = 64 * 1024;

    private readonly byte[] _header = new byte[HeaderLength];

    /// <summary>Null at the end of the stream.</summary>
    public async ValueTask<ReadOnlyMemory<byte>?> ReadAsync(CancellationToken ct)
    {
        var headerLength = await stream.ReadAtLeastAsync(_header, HeaderLength, throwOnEndOfStream: false, ct).ConfigureAwait(false);
        if (headerLength == 0) return null;
        if (headerLength < HeaderLength) throw Incomplete();

        var length = BinaryPrimitives.ReadUInt32BigEndian(_header.AsSpan(1));
        if (_header[0] > 1) throw new RpcException(new Status(StatusCode.Internal, "Unexpected compressed flag value in message header."));
        if (length > (uint)(limit ?? Array.MaxLength)) throw TooLarge();

        var payload = await ReadExactlyAsync((int)length, ct).ConfigureAwait(false);
        return _header[0] == 0 ? payload : Compression.Decompress(encoding, payload, limit);
    }

    /// <summary>True when nothing follows.</summary>
    public async ValueTask<bool> IsAtEndAsync(CancellationToken ct) => await stream.ReadAsync(_header.AsMemory(0, 1), ct).ConfigureAwait(false) == 0;

    public static RpcException TooLarge() =>
        new(new Status(StatusCode.ResourceExhausted, "Received message exceeds the maximum configured message size."));

    private static RpcException Incomplete() => new(new Status(StatusCode.Internal, "Incomplete message."));

    private async ValueTask<ReadOnlyMemory<byte>> ReadExactlyAsync(int length, CancellationToken ct)
    {
        var buffer = new byte[Math.Min(length, FirstBuffer)];
        var filled = 0;
        while (filled < length)
        {
            if (filled == buffer.Length) Array.Resize(ref buffer, (int)Math.Min(length, buffer.Length * 2L));
            var read = await stream.ReadAsync(buffer.AsMemory(filled), ct).ConfigureAwait(false);
            if (read == 0) throw Incomplete();
            filled += read;
        }

        return buffer;
    }
}

/// <summary>Gives a message's bytes to its marshaller.</summary>
internal sealed class PayloadReader(ReadOnlyMemory<byte> payload) : DeserializationContext
{
    public override int PayloadLength => payload.Length;

    public override byte[] PayloadAsNewBuffer() => payload.ToArray();

    public override ReadOnlySequence<byte> PayloadAsReadOnlySequence() => new(payload);
}

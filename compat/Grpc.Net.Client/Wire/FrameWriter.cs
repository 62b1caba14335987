using System.Buffers;
using System.Buffers.Binary;
using System.IO.Compression;
using Grpc.Core;

namespace Grpc.Net.Client.Wire;

/// <summary>Takes one message from its marshaller and puts the five bytes before it.</summary>
internal sealed class FrameWriter : SerializationContext
{
    private const int HeaderLength = 5;

    private ArrayBufferWriter<byte>? _buffer;
    private byte[]? _payload;
    private int _expected;
    private bool _complete;

    /// <param name="encoding">Null for a message that is not to be compressed.</param>
    public static ReadOnlyMemory<byte> Frame<T>(Marshaller<T> marshaller, T message, int? limit, string? encoding, CompressionLevel level)
    {
        var writer = new FrameWriter();
        marshaller.ContextualSerializer(message, writer);
        if (!writer._complete) throw new InvalidOperationException("Serialization did not return a payload.");

        var length = writer._payload?.Length ?? writer._buffer!.WrittenCount - HeaderLength;
        if (length > limit)
            throw new RpcException(new Status(StatusCode.ResourceExhausted, "Sending message exceeds the maximum configured message size."));
        return encoding is null ? writer.Plain() : writer.Compressed(encoding, level);
    }

    public override void SetPayloadLength(int payloadLength) => _expected = payloadLength;

    public override IBufferWriter<byte> GetBufferWriter()
    {
        if (_buffer is not null) return _buffer;
        _buffer = new ArrayBufferWriter<byte>(_expected + HeaderLength);
        _buffer.GetSpan(HeaderLength)[..HeaderLength].Clear();
        _buffer.Advance(HeaderLength);
        return _buffer;
    }

    public override void Complete()
    {
        GetBufferWriter();
        MarkComplete();
    }

    public override void Complete(byte[] payload)
    {
        ArgumentNullException.ThrowIfNull(payload);
        _payload = payload;
        MarkComplete();
    }

    private void MarkComplete()
    {
        if (_complete) throw new InvalidOperationException("Payload has already been completed.");
        _complete = true;
    }

    private ReadOnlyMemory<byte> Plain()
    {
        if (_payload is not null) return WithHeader(0, _payload);
        var written = System.Runtime.InteropServices.MemoryMarshal.AsMemory(_buffer!.WrittenMemory);
        BinaryPrimitives.WriteUInt32BigEndian(written.Span[1..], (uint)(written.Length - HeaderLength));
        return written;
    }

    private byte[] Compressed(string encoding, CompressionLevel level) =>
        WithHeader(1, Compression.Compress(encoding, _payload ?? _buffer!.WrittenSpan[HeaderLength..], level));

    private static byte[] WithHeader(byte flag, ReadOnlySpan<byte> payload)
    {
        var frame = new byte[HeaderLength + payload.Length];
        frame[0] = flag;
        BinaryPrimitives.WriteUInt32BigEndian(frame.AsSpan(1), (uint)payload.Length);
        payload.CopyTo(frame.AsSpan(HeaderLength));
        return frame;
    }
}

using System.IO.Compression;
using Grpc.Core;

namespace Grpc.Net.Client.Wire;

/// <summary>The compressions that both sides know.</summary>
internal static class Compression
{
    public const string Identity = "identity";
    public const string Accepted = "identity,gzip,deflate";

    public static bool IsKnown(string encoding) => encoding is "gzip" or "deflate";

    public static byte[] Compress(string encoding, ReadOnlySpan<byte> message, CompressionLevel level = CompressionLevel.Fastest)
    {
        using var compressed = new MemoryStream();
        using (Stream stream = encoding == "gzip" ? new GZipStream(compressed, level, leaveOpen: true) : new ZLibStream(compressed, level, leaveOpen: true))
            stream.Write(message);
        return compressed.ToArray();
    }

    /// <summary>Stops at the limit, so that a small message cannot become a large one in memory.</summary>
    public static byte[] Decompress(string? encoding, ReadOnlyMemory<byte> message, int? limit)
    {
        if (encoding is null or Identity)
            throw new RpcException(new Status(StatusCode.Internal, "Message has the compressed flag but no grpc-encoding was given."));
        if (!IsKnown(encoding))
        {
            throw new RpcException(new Status(StatusCode.Unimplemented,
                $"Unsupported grpc-encoding value '{encoding}'. Supported encodings: {Accepted}"));
        }

        using var source = new MemoryStream(message.ToArray(), writable: false);
        using Stream stream = encoding == "gzip" ? new GZipStream(source, CompressionMode.Decompress) : new ZLibStream(source, CompressionMode.Decompress);
        using var plain = new MemoryStream();
        var buffer = new byte[16 * 1024];
        try
        {
            while (stream.Read(buffer) is var read and > 0)
            {
                if (limit is { } most && plain.Length + read > most) throw FrameReader.TooLarge();
                plain.Write(buffer, 0, read);
            }
        }
        catch (InvalidDataException e)
        {
            throw new RpcException(new Status(StatusCode.Internal, "Error decompressing message.", e));
        }

        return plain.ToArray();
    }
}

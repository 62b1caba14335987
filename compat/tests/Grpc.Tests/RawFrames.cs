using System.Buffers.Binary;
using System.Net.Sockets;
using System.Text;

namespace Grpc.Tests;

/// <summary>HTTP/2 frame by frame, to see what a client library makes its own sense of.</summary>
internal sealed class RawFrames : IDisposable
{
    private const byte Headers = 1;
    private const byte ResetStream = 3;
    private const byte Settings = 4;
    private const byte EndHeaders = 4;
    private const byte EndStream = 1;

    private readonly TcpClient _tcp = new();

    /// <summary>The headers of a gRPC call, whose body is to follow and never does.</summary>
    public static async Task<RawFrames> OpenRequestAsync(Server server, string path, params (string Name, string Value)[] headers)
    {
        var address = new Uri(server.Address);
        var raw = new RawFrames();
        await raw._tcp.ConnectAsync(address.Host, address.Port, TestContext.Current.CancellationToken);
        (string, string)[] all =
        [
            (":method", "POST"), (":scheme", "http"), (":authority", address.Authority), (":path", path),
            ("content-type", "application/grpc"), ("te", "trailers"), .. headers,
        ];
        byte[] block = [.. all.SelectMany(h => (byte[])[0, .. Text(h.Item1), .. Text(h.Item2)])];
        byte[] opening = [.. "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8, .. Frame(Settings, 0, 0, []), .. Frame(Headers, EndHeaders, 1, block)];
        await raw._tcp.GetStream().WriteAsync(opening, TestContext.Current.CancellationToken);
        return raw;
    }

    /// <summary>Whether the response ended before the stream was reset, and the code of the reset.</summary>
    public async Task<(bool EndedBefore, uint Code)> ReadUntilResetAsync()
    {
        var stream = _tcp.GetStream();
        var ended = false;
        var header = new byte[9];
        while (true)
        {
            await stream.ReadExactlyAsync(header);
            var payload = new byte[BinaryPrimitives.ReadUInt32BigEndian(header) >> 8];
            await stream.ReadExactlyAsync(payload);
            if (header[3] == Headers && (header[4] & EndStream) != 0) ended = true;
            if (header[3] == ResetStream) return (ended, BinaryPrimitives.ReadUInt32BigEndian(payload));
        }
    }

    public void Dispose() => _tcp.Dispose();

    private static byte[] Frame(byte type, byte flags, byte streamId, byte[] payload) =>
        [(byte)(payload.Length >> 16), (byte)(payload.Length >> 8), (byte)payload.Length, type, flags, 0, 0, 0, streamId, .. payload];

    // Literals without Huffman coding; lengths below 127 are one byte.
    private static byte[] Text(string text) => [(byte)text.Length, .. Encoding.ASCII.GetBytes(text)];
}

using System.Buffers.Text;
using System.Net.Sockets;

namespace Meetings.Bench.Load;

/// <summary>One keep-alive HTTP/1.1 connection. Raw, so that the generator costs little of the processors that it shares with what it measures.</summary>
internal sealed class RawConnection : IDisposable
{
    private readonly Socket _socket = new(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
    private readonly byte[] _buffer = new byte[64 * 1024];

    public static async Task<RawConnection> OpenAsync(Uri target, CancellationToken ct)
    {
        var connection = new RawConnection();
        await connection._socket.ConnectAsync(target.Host, target.Port, ct);
        return connection;
    }

    /// <summary>Sends a whole request and reads the whole answer.</summary>
    /// <returns>The status code.</returns>
    public async ValueTask<int> SendAsync(ReadOnlyMemory<byte> request, CancellationToken ct)
    {
        while (request.Length > 0) request = request[await _socket.SendAsync(request, ct)..];

        var have = 0;
        while (true)
        {
            var read = await _socket.ReceiveAsync(_buffer.AsMemory(have), ct);
            if (read == 0) throw new IOException("The server closed the connection.");
            have += read;
            if (Complete(_buffer.AsSpan(0, have), out var status)) return status;
        }
    }

    public void Dispose() => _socket.Dispose();

    private static bool Complete(ReadOnlySpan<byte> answer, out int status)
    {
        status = 0;
        var end = answer.IndexOf("\r\n\r\n"u8);
        if (end < 0) return false;
        if (!Utf8Parser.TryParse(answer[9..12], out status, out _)) throw new IOException("That is no answer of HTTP/1.1.");
        var head = answer[..end];
        var body = answer[(end + 4)..];
        var at = head.IndexOf("Content-Length: "u8);
        if (at >= 0) return Utf8Parser.TryParse(head[(at + 16)..], out int length, out _) && body.Length >= length;
        return head.IndexOf("chunked"u8) < 0 || body.EndsWith("0\r\n\r\n"u8);
    }
}

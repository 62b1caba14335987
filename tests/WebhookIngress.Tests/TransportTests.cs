using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Meetings.WebhookIngress.Tests;

/// <summary>What only bytes on a socket can say.</summary>
public sealed class TransportTests(IngressService ingress) : IClassFixture<IngressService>
{
    private static readonly byte[] Body = Encoding.UTF8.GetBytes(ZoomSays.Started());

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact, Trait("Hostile", "6")]
    public async Task Two_signatures_are_refused_whichever_comes_first()
    {
        var timestamp = ZoomSays.Timestamp(ingress.Clock.GetUtcNow());
        var good = $"x-zm-signature: {ZoomSays.Signature(Body, timestamp)}";
        var bad = $"x-zm-signature: v0={new string('0', 64)}";

        Assert.Equal(401, await StatusAsync(Head([bad, good, $"x-zm-request-timestamp: {timestamp}", $"Content-Length: {Body.Length}"]), Body));
        Assert.Equal(401, await StatusAsync(Head([good, bad, $"x-zm-request-timestamp: {timestamp}", $"Content-Length: {Body.Length}"]), Body));
        Assert.Equal(401, await StatusAsync(Head([good, good, $"x-zm-request-timestamp: {timestamp}", $"Content-Length: {Body.Length}"]), Body));
        Assert.Equal(200, await StatusAsync(Head([good, $"X-ZM-REQUEST-TIMESTAMP: {timestamp}", $"Content-Length: {Body.Length}"]), Body));
    }

    [Fact, Trait("Hostile", "8")]
    public async Task A_timestamp_in_full_width_digits_is_refused() =>
        Assert.Equal(401, await StatusAsync(Head(
            [$"x-zm-signature: v0={new string('0', 64)}", "x-zm-request-timestamp: １７６００００００００", $"Content-Length: {Body.Length}"]), Body));

    [Fact, Trait("Hostile", "21")]
    public async Task A_gigabyte_that_is_only_promised_is_refused_at_once()
    {
        // Whoever waited for the rest of it would have to say 408 in the end.
        Assert.Equal(413, await StatusAsync(Head(["Content-Length: 1073741824"]), "0123456789"u8.ToArray()));
    }

    [Fact, Trait("Hostile", "21")]
    public async Task A_body_that_stalls_is_cut_and_nobody_else_waits()
    {
        using var stalled = await ConnectAsync();
        await stalled.SendAsync(Head(["Content-Length: 1000"]), Ct);
        await stalled.SendAsync("0123456789"u8.ToArray(), Ct);

        Assert.Equal(HttpStatusCode.OK, (await ingress.SendAsync(ZoomSays.Started())).StatusCode);

        Assert.Equal(408, await ReadStatusAsync(stalled));
        await AssertClosedAsync(stalled);
    }

    [Fact, Trait("Hostile", "21")]
    public async Task A_body_that_trickles_is_cut()
    {
        using var socket = await ConnectAsync();
        await socket.SendAsync(Head(["Content-Length: 200000"]), Ct);
        var trickle = TrickleAsync(socket);

        Assert.Equal(408, await ReadStatusAsync(socket));
        await trickle;

        static async Task TrickleAsync(Socket socket)
        {
            using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
            try
            {
                while (await timer.WaitForNextTickAsync(Ct)) await socket.SendAsync(new byte[300], Ct);
            }
            catch (SocketException)
            {
                // Cut, as it should be.
            }
        }
    }

    [Theory]
    [InlineData("Content-Length: 4|Content-Length: 5", 400)]
    [InlineData("Content-Length: 4|Transfer-Encoding: chunked", 400)]
    [InlineData("Transfer-Encoding: gzip, chunked", 400)]
    [InlineData("Transfer-Encoding: chunked, gzip", 400)]
    [InlineData("Content-Length: -1", 400)]
    [InlineData("Content-Length: 4| folded: header", 400)]
    [InlineData("Content-Length: 4|X-A: 1|\tfolded", 400)]
    [InlineData("Content-Length : 4", 400)]
    [Trait("Hostile", "24")]
    public async Task A_request_that_two_servers_could_read_in_two_ways_is_refused_and_its_connection_closed(string headers, int status)
    {
        using var socket = await ConnectAsync();
        await socket.SendAsync(Head(headers.Split('|')), Ct);
        await socket.SendAsync("0\r\n\r\n"u8.ToArray(), Ct);

        Assert.Equal(status, await ReadStatusAsync(socket));
        await AssertClosedAsync(socket);
    }

    [Fact, Trait("Hostile", "25")]
    public async Task Two_hundred_headers_or_64_kilobytes_of_them_are_refused()
    {
        Assert.Equal(431, await StatusAsync(Head([.. Enumerable.Range(0, 200).Select(n => $"X-{n}: 1")]), []));
        Assert.Equal(431, await StatusAsync(Head([$"X-Large: {new string('x', 64 * 1024)}"]), []));
    }

    private static byte[] Head(string[] headers) =>
        Encoding.UTF8.GetBytes($"POST /webhooks/zoom HTTP/1.1\r\nHost: localhost\r\n{string.Concat(headers.Select(header => header + "\r\n"))}\r\n");

    private async Task<int> StatusAsync(byte[] head, byte[] body)
    {
        using var socket = await ConnectAsync();
        await socket.SendAsync(head, Ct);
        await socket.SendAsync(body, Ct);
        return await ReadStatusAsync(socket);
    }

    private async Task<Socket> ConnectAsync()
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(IPAddress.Loopback, ingress.Port, Ct);
        return socket;
    }

    private static async Task<int> ReadStatusAsync(Socket socket)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(Ct);
        patience.CancelAfter(TimeSpan.FromSeconds(20));
        var answer = new byte[4096];
        var length = await socket.ReceiveAsync(answer, patience.Token);
        var line = Encoding.ASCII.GetString(answer, 0, length).Split('\r')[0];
        return int.Parse(line.Split(' ')[1], System.Globalization.CultureInfo.InvariantCulture);
    }

    private static async Task AssertClosedAsync(Socket socket)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(Ct);
        patience.CancelAfter(TimeSpan.FromSeconds(20));
        var rest = new byte[4096];
        try
        {
            while (await socket.ReceiveAsync(rest, patience.Token) > 0)
            {
                // The rest of the answer.
            }
        }
        catch (SocketException e) when (e.SocketErrorCode == SocketError.ConnectionReset)
        {
            // Closed with some of our bytes unread.
        }
    }
}

using System.Net;
using System.Net.Sockets;
using System.Text;
using Xunit;

namespace Meetings.Gateway.Tests;

/// <summary>Clients that open connections and then say next to nothing.</summary>
public sealed class SlowClientTests(GatewayFixture fixture) : IClassFixture<GatewayFixture>
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    [Trait("Hostile", "29")]
    public async Task Two_thousand_connections_that_send_next_to_nothing_keep_nobody_out_and_are_all_cut()
    {
        await using var gateway = await fixture.StartAsync(new() { ["Edge:HeadersTimeout"] = "00:00:03" });
        var idle = new Socket[2000];
        try
        {
            await Parallel.ForEachAsync(Enumerable.Range(0, idle.Length), new ParallelOptions { MaxDegreeOfParallelism = 32, CancellationToken = Ct }, async (i, ct) =>
            {
                idle[i] = await ConnectAsync(gateway, ct);
                // One half never comes to the end of its head, the other to that of a webhook's body.
                await idle[i].SendAsync(Encoding.ASCII.GetBytes(
                    $"POST /webhooks/zoom HTTP/1.1\r\nHost: x\r\n{(i % 2 == 0 ? "X-Slow: " : "Content-Length: 1000\r\n\r\n{")}"), ct);
            });

            using var client = GatewayFixture.Client(gateway, GatewayFixture.Teacher);
            var answers = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => client.GetAsync(new Uri("/api/v1/meetings", UriKind.Relative), Ct)));
            Assert.All(answers, answer => Assert.Equal(HttpStatusCode.OK, answer.StatusCode));

            var statuses = await Task.WhenAll(idle.Select(StatusThenClosedAsync)).WaitAsync(Patience, Ct);
            Assert.All(statuses, status => Assert.Equal("HTTP/1.1 408", status));
        }
        finally
        {
            foreach (var socket in idle) socket?.Dispose();
        }
    }

    [Fact]
    [Trait("Hostile", "29")]
    public async Task Connections_beyond_the_cap_are_closed_and_those_within_it_served()
    {
        await using var gateway = await fixture.StartAsync(new() { ["Edge:MaxConnections"] = "10" });
        using var client = new HttpClient(new SocketsHttpHandler { MaxConnectionsPerServer = 1 }) { BaseAddress = gateway.Address };
        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync(new Uri("/alive", UriKind.Relative), Ct)).StatusCode);
        var others = new List<Socket>();
        try
        {
            for (var i = 0; i < 20; i++) others.Add(await ConnectAsync(gateway, Ct));

            // Each asks for something. Nine are answered and stay open; the rest were closed without a word.
            var answers = await Task.WhenAll(others.Select(async socket =>
            {
                try
                {
                    await socket.SendAsync("GET /alive HTTP/1.1\r\nHost: x\r\n\r\n"u8.ToArray(), Ct);
                    return await socket.ReceiveAsync(new byte[4096], Ct) > 0;
                }
                catch (SocketException)
                {
                    return false;
                }
            })).WaitAsync(Patience, Ct);

            Assert.Equal(9, answers.Count(answered => answered));
            Assert.Equal(HttpStatusCode.OK, (await client.GetAsync(new Uri("/alive", UriKind.Relative), Ct)).StatusCode);
        }
        finally
        {
            others.ForEach(socket => socket.Dispose());
        }
    }

    private static async Task<Socket> ConnectAsync(GatewayHost gateway, CancellationToken ct)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(IPAddress.Loopback, gateway.Address.Port, ct);
        return socket;
    }

    private static async Task<string> StatusThenClosedAsync(Socket socket)
    {
        var status = "";
        var buffer = new byte[4096];
        try
        {
            while (await socket.ReceiveAsync(buffer, Ct) is > 0 and var length)
            {
                if (status.Length == 0) status = Encoding.ASCII.GetString(buffer, 0, length)[..12];
            }
        }
        catch (SocketException e) when (e.SocketErrorCode == SocketError.ConnectionReset)
        {
            // Closed with some of our bytes unread.
        }

        return status;
    }
}

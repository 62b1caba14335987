using System.Net;
using System.Net.Sockets;
using System.Text;
using Meetings.Contracts.Sittings;

namespace Meetings.WebhookIngress.Tests;

/// <summary>Ten thousand of everything. A service of its own: the rest is not to be counted along.</summary>
public sealed class FloodTests(IngressService ingress) : IClassFixture<IngressService>
{
    private const int TenThousand = 10_000;
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact, Trait("Hostile", "28")]
    public async Task Ten_thousand_forgeries_as_fast_as_they_go_leave_no_row_and_keep_nobody_out()
    {
        var forgery = Encoding.UTF8.GetBytes(ZoomSays.Started());
        var rows = await ingress.CountAsync("select count(*) from delivery");
        using var forger = Client(connections: 64);

        var flood = Parallel.ForEachAsync(Enumerable.Range(0, TenThousand), new ParallelOptions { MaxDegreeOfParallelism = 64, CancellationToken = Ct }, async (_, _) =>
        {
            using var answer = await ingress.SendAsync(forgery, secret: "somebody-elses-secret", to: forger);
            Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
        });
        var served = 0;
        do
        {
            await ingress.AcceptedAsync(ZoomSays.Started());
            served++;
        }
        while (!flood.IsCompleted);
        await flood;

        Assert.True(served > 1, "Nobody was served while the flood went on.");
        Assert.Equal(rows + served, await ingress.CountAsync("select count(*) from delivery"));
    }

    [Fact, Trait("Hostile", "29")]
    public async Task Two_thousand_connections_that_send_next_to_nothing_keep_nobody_out_and_are_all_cut()
    {
        var idle = new Socket[2000];
        try
        {
            await Parallel.ForEachAsync(Enumerable.Range(0, idle.Length), new ParallelOptions { MaxDegreeOfParallelism = 32, CancellationToken = Ct }, async (i, ct) =>
            {
                idle[i] = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
                await idle[i].ConnectAsync(IPAddress.Loopback, ingress.Port, ct);
                // One half never comes to the end of its head, the other to that of its body.
                await idle[i].SendAsync(Encoding.ASCII.GetBytes(
                    $"POST /webhooks/zoom HTTP/1.1\r\nHost: x\r\n{(i % 2 == 0 ? "X-Slow: " : "Content-Length: 1000\r\n\r\n{")}"), ct);
            });

            await ingress.AcceptedAsync(Enumerable.Range(0, 100).Select(_ => ZoomSays.Started()));

            var statuses = await Task.WhenAll(idle.Select(StatusThenClosedAsync)).WaitAsync(Patience, Ct);
            Assert.All(statuses, status => Assert.Equal("HTTP/1.1 408", status));
        }
        finally
        {
            foreach (var socket in idle) socket?.Dispose();
        }
    }

    [Fact, Trait("Hostile", "48")]
    public async Task Ten_thousand_people_who_join_at_once_are_all_accepted_and_each_is_told_once()
    {
        var uuid = ZoomSays.Uuid();

        await ingress.AcceptedAsync(ZoomSays.JoinsOf(uuid, TenThousand), atOnce: 128);

        Assert.Equal(TenThousand, await ingress.CountAsync(
            "select count(*) from delivery where state = 'received' and event = 'meeting.participant_joined' and encode(body, 'escape') like '%' || @uuid || '%'", ("uuid", uuid)));
        await ingress.DrainedAsync(Patience);
        var told = await ingress.PublishedAsync(uuid, TenThousand, Patience);
        Assert.Equal(TenThousand, told.Cast<ParticipantJoined>().Select(joined => joined.ConnectionId).Distinct().Count());
        Assert.Equal(TenThousand, told.Count);
    }

    private HttpClient Client(int connections) =>
        new(new SocketsHttpHandler { MaxConnectionsPerServer = connections }) { BaseAddress = ingress.Client.BaseAddress, Timeout = Patience };

    private static async Task<string> StatusThenClosedAsync(Socket socket)
    {
        var status = "";
        var buffer = new byte[1024];
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

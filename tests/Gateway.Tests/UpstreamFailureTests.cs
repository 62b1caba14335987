using System.Net;
using System.Net.Sockets;
using Xunit;

namespace Meetings.Gateway.Tests;

/// <summary>What a client hears when a service is not there, or not well.</summary>
public sealed class UpstreamFailureTests(GatewayFixture fixture) : IClassFixture<GatewayFixture>
{
    [Fact]
    public async Task A_service_that_is_down_is_a_503_with_retry_after()
    {
        await using var gateway = await fixture.StartAsync(new() { ["Services:meeting:http:0"] = $"http://127.0.0.1:{FreePort()}" });
        using var client = GatewayFixture.Client(gateway, GatewayFixture.Teacher);

        using var response = await client.GetAsync(new Uri("/api/v1/meetings", UriKind.Relative), Ct);

        Assert.Equal((503, "service-unavailable"), await GatewayFixture.ProblemAsync(response));
        Assert.Equal(TimeSpan.FromSeconds(5), response.Headers.RetryAfter!.Delta);
    }

    [Fact]
    public async Task A_service_that_comes_back_is_found_at_once()
    {
        var port = FreePort();
        await using var gateway = await fixture.StartAsync(new() { ["Services:meeting:http:0"] = $"http://127.0.0.1:{port}" });
        using var client = GatewayFixture.Client(gateway, GatewayFixture.Teacher);
        // Enough failures for the health check to have its opinion.
        for (var i = 0; i < 20; i++)
        {
            using var down = await client.GetAsync(new Uri("/api/v1/meetings", UriKind.Relative), Ct);
            Assert.Equal(HttpStatusCode.ServiceUnavailable, down.StatusCode);
        }

        using var service = WireMock.Server.WireMockServer.Start(port);
        using var up = await client.GetAsync(new Uri("/api/v1/meetings", UriKind.Relative), Ct);

        // Nothing is mapped there: the answer is the service's own 404, not ours.
        Assert.Equal(HttpStatusCode.NotFound, up.StatusCode);
        Assert.NotEqual("application/problem+json", up.Content.Headers.ContentType?.MediaType);
    }

    [Fact]
    public async Task A_service_that_hangs_up_is_a_502()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var hangUp = Task.Run(async () =>
        {
            using var connection = await listener.AcceptTcpClientAsync(Ct);
            await using var stream = connection.GetStream();
            Assert.NotEqual(0, await stream.ReadAsync(new byte[1024], Ct));
        }, Ct);
        await using var gateway = await fixture.StartAsync(new() { ["Services:meeting:http:0"] = $"http://{listener.LocalEndpoint}" });
        using var client = GatewayFixture.Client(gateway, GatewayFixture.Teacher);

        using var response = await client.PostAsync(new Uri("/api/v1/meetings", UriKind.Relative), null, Ct);

        Assert.Equal((502, "bad-gateway"), await GatewayFixture.ProblemAsync(response));
        await hangUp;
    }

    [Fact]
    public async Task A_service_that_does_not_answer_is_a_504()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        await using var gateway = await fixture.StartAsync(new()
        {
            ["Services:meeting:http:0"] = $"http://{listener.LocalEndpoint}",
            ["ReverseProxy:Clusters:meeting:HttpRequest:ActivityTimeout"] = "00:00:00.300",
        });
        using var client = GatewayFixture.Client(gateway, GatewayFixture.Teacher);

        using var response = await client.GetAsync(new Uri("/api/v1/meetings", UriKind.Relative), Ct);

        Assert.Equal((504, "gateway-timeout"), await GatewayFixture.ProblemAsync(response));
    }

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}

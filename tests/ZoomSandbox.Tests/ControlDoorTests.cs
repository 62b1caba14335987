using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using Xunit;

namespace Meetings.ZoomSandbox.Tests;

public sealed class ControlDoorTests
{
    [Theory]
    [InlineData("Host", "localhost", HttpStatusCode.OK)]
    [InlineData("Host", "127.0.0.1:8090", HttpStatusCode.OK)]
    [InlineData("Host", "[::1]:8090", HttpStatusCode.OK)]
    [InlineData("Host", "rebound.example", HttpStatusCode.Forbidden)]
    [InlineData("Host", "127.0.0.1.rebound.example", HttpStatusCode.Forbidden)]
    [InlineData("Host", "10.0.0.1", HttpStatusCode.Forbidden)]
    [InlineData("Origin", "https://page.example", HttpStatusCode.Forbidden)]
    [InlineData("Origin", "null", HttpStatusCode.Forbidden)]
    [InlineData("Sec-Fetch-Site", "cross-site", HttpStatusCode.Forbidden)]
    [InlineData("X-Forwarded-For", "127.0.0.1", HttpStatusCode.Forbidden)]
    [InlineData("Forwarded", "for=127.0.0.1", HttpStatusCode.Forbidden)]
    public async Task Only_programs_of_this_machine_direct_the_sandbox(string header, string value, HttpStatusCode expected)
    {
        await using var sandbox = await SandboxServer.StartAsync();
        foreach (var (method, path) in new[] { (HttpMethod.Get, "/control/meetings"), (HttpMethod.Post, "/control/reset") })
        {
            using var request = new HttpRequestMessage(method, path);
            request.Headers.TryAddWithoutValidation(header, value);
            var answer = await sandbox.Http.SendAsync(request, TestContext.Current.CancellationToken);

            if (expected == HttpStatusCode.OK) Assert.True(answer.IsSuccessStatusCode, $"{header} {value}: {answer.StatusCode}");
            else Assert.Equal("control-is-local", (string)JsonNode.Parse(await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken))!["code"]!);
            if (expected != HttpStatusCode.OK) Assert.Equal(expected, answer.StatusCode);
        }
    }

    [Fact]
    public async Task Who_comes_by_another_address_of_this_machine_is_somebody_else()
    {
        var other = NetworkInterface.GetAllNetworkInterfaces().Where(one => one.OperationalStatus == OperationalStatus.Up)
            .SelectMany(one => one.GetIPProperties().UnicastAddresses).Select(one => one.Address)
            .FirstOrDefault(address => address.AddressFamily == AddressFamily.InterNetwork && !IPAddress.IsLoopback(address));
        if (other is null) Assert.Skip("This machine has no address but loopback.");

        await using var sandbox = await SandboxServer.StartAsync(address: "0.0.0.0");
        var port = sandbox.Http.BaseAddress!.Port;
        using var http = new HttpClient { BaseAddress = new Uri($"http://{other}:{port}") };
        using var request = new HttpRequestMessage(HttpMethod.Post, "/control/reset") { Headers = { Host = "localhost" } };

        Assert.Equal(HttpStatusCode.Forbidden, (await http.SendAsync(request, TestContext.Current.CancellationToken)).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await http.GetAsync(new Uri("/health", UriKind.Relative), TestContext.Current.CancellationToken)).StatusCode);
    }
}

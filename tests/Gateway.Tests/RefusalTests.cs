using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using Meetings.Testing;
using Xunit;

namespace Meetings.Gateway.Tests;

/// <summary>Every refusal is a problem with its stable code, and nothing refused reaches a service.</summary>
public sealed class RefusalTests(GatewayFixture fixture) : IClassFixture<GatewayFixture>
{
    [Theory]
    [InlineData("/api/v1/meetings")]
    [InlineData("/api/v1/attendance/x")]
    [InlineData("/api/v1/academies")]
    [InlineData("/api/v1/users")]
    [InlineData("/api/v1/classes/x/enrollments")]
    [InlineData("/api/v1/webhooks/deliveries")]
    [InlineData("/api/zoom/meetings/1/participants")]
    public async Task Without_a_token_no_api_route_opens(string path)
    {
        using var client = GatewayFixture.Client(fixture.Gateway);

        using var response = await client.GetAsync(new Uri(path, UriKind.Relative), Ct);

        Assert.Equal((401, "unauthenticated"), await GatewayFixture.ProblemAsync(response));
        Assert.Equal("Bearer", response.Headers.WwwAuthenticate.ToString());
    }

    [Fact]
    public async Task A_route_that_forgets_to_say_who_may_use_it_asks_for_a_person()
    {
        await using var gateway = await fixture.StartAsync(new()
        {
            ["ReverseProxy:Routes:forgotten:ClusterId"] = "meeting",
            ["ReverseProxy:Routes:forgotten:Match:Path"] = "/api/v1/forgotten",
        });
        using var stranger = GatewayFixture.Client(gateway);
        using var person = GatewayFixture.Client(gateway, GatewayFixture.Teacher);

        using var refused = await stranger.GetAsync(new Uri("/api/v1/forgotten", UriKind.Relative), Ct);
        using var answered = await person.GetAsync(new Uri("/api/v1/forgotten", UriKind.Relative), Ct);

        Assert.Equal((401, "unauthenticated"), await GatewayFixture.ProblemAsync(refused));
        Assert.Equal(HttpStatusCode.OK, answered.StatusCode);
    }

    [Fact]
    [Trait("Hostile", "59")]
    public async Task Tokens_of_others_and_old_ones_are_refused()
    {
        string[] tokens = [TestTokens.For(GatewayFixture.Teacher, TimeSpan.FromMinutes(-5)), TestTokens.ForService(), "eyJhbGciOiJub25lIn0.eyJzdWIiOiJ4In0.", "x"];
        foreach (var token in tokens)
        {
            using var client = GatewayFixture.Client(fixture.Gateway);
            client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);

            using var response = await client.GetAsync(new Uri("/api/v1/meetings", UriKind.Relative), Ct);

            Assert.Equal((401, "unauthenticated"), await GatewayFixture.ProblemAsync(response));
        }
    }

    [Theory]
    [InlineData("GET", "/nowhere", 404, "not-found")]
    [InlineData("GET", "/api/v1/nowhere", 404, "not-found")]
    [InlineData("GET", "/webhooks/zoom", 405, "method-not-allowed")]
    [InlineData("GET", "/webhooks/livekit", 405, "method-not-allowed")]
    [InlineData("PUT", "/webhooks/zoom", 405, "method-not-allowed")]
    [InlineData("TRACE", "/webhooks/zoom", 405, "method-not-allowed")]
    [InlineData("GET", "/dev/token", 405, "method-not-allowed")]
    [InlineData("POST", "/webhooks/other", 404, "not-found")]
    [Trait("Hostile", "26")]
    public async Task What_is_not_there_says_so(string method, string path, int status, string code)
    {
        using var client = GatewayFixture.Client(fixture.Gateway);
        using var request = new HttpRequestMessage(new HttpMethod(method), path);

        using var response = await client.SendAsync(request, Ct);

        Assert.Equal((status, code), await GatewayFixture.ProblemAsync(response));
    }

    [Theory]
    [Trait("Hostile", "54")]
    [InlineData("/api/v1/meetings/../internal")]
    [InlineData("/api/v1/meetings/./x")]
    [InlineData("/api/v1/meetings/%2e%2e/internal")]
    [InlineData("/api/v1/meetings/%2E%2E%2Finternal")]
    [InlineData("/api/v1/meetings/%252e%252e/internal")]
    [InlineData("/api//v1/meetings")]
    [InlineData("//evil.example/api/v1/meetings")]
    [InlineData("/api/v1/meetings;x=1")]
    [InlineData("/api/v1/meetings/a%3bx=1")]
    [InlineData("/api/v1/meetings/%00")]
    [InlineData("/api/v1/meetings/%0d%0aX-User-Id:%201")]
    [InlineData("/api/v1/meetings/..\\internal")]
    [InlineData("/api/v1/meetings/%5c..")]
    [InlineData("/api/v1/meetings/%zz")]
    [InlineData("http://meeting/api/v1/meetings")]
    public async Task A_crooked_path_reaches_nobody(string target)
    {
        var before = fixture.Meeting.LogEntries.Count;

        // By hand: clients straighten paths before they send them.
        var answer = await SendRawAsync($"GET {target} HTTP/1.1\r\nHost: gateway\r\nAuthorization: Bearer {TestTokens.For(GatewayFixture.Teacher)}\r\nConnection: close\r\n\r\n");

        Assert.StartsWith("HTTP/1.1 400 ", answer, StringComparison.Ordinal);
        Assert.Equal(before, fixture.Meeting.LogEntries.Count);
    }

    [Theory]
    [Trait("Hostile", "24")]
    [InlineData("/webhooks/zoom", "Content-Length: 3|Content-Length: 4")]
    [InlineData("/webhooks/zoom", "Content-Length: 4|Transfer-Encoding: chunked")]
    [InlineData("/api/v1/meetings", "Content-Length: 4|Transfer-Encoding: chunked")]
    [InlineData("/api/v1/meetings", "Transfer-Encoding: chunked|Content-Length: 4")]
    [InlineData("/api/v1/meetings", "Transfer-Encoding: gzip, chunked")]
    [InlineData("/api/v1/meetings", "Transfer-Encoding: chunked, gzip")]
    [InlineData("/api/v1/meetings", "Content-Length: 4| folded: header")]
    [InlineData("/api/v1/meetings", "Content-Length : 4")]
    public async Task A_body_whose_end_is_not_clear_reaches_nobody_and_closes_the_connection(string path, string headers)
    {
        var before = (fixture.Meeting.LogEntries.Count, fixture.Ingress.LogEntries.Count);

        // To the end of the answer, so the gateway hangs up by itself.
        var answer = await SendRawAsync(
            $"POST {path} HTTP/1.1\r\nHost: gateway\r\nAuthorization: Bearer {TestTokens.For(GatewayFixture.Teacher)}\r\n{headers.Replace("|", "\r\n", StringComparison.Ordinal)}\r\n\r\n0\r\n\r\nGET / HTTP/1.1\r\n");

        Assert.StartsWith("HTTP/1.1 400 ", answer, StringComparison.Ordinal);
        Assert.Equal(before, (fixture.Meeting.LogEntries.Count, fixture.Ingress.LogEntries.Count));
    }

    [Fact]
    [Trait("Hostile", "25")]
    public async Task Endless_headers_are_refused()
    {
        foreach (var headers in new[] { string.Concat(Enumerable.Range(0, 200).Select(n => $"X-{n}: 1\r\n")), $"X-Large: {new string('x', 64 * 1024)}\r\n" })
        {
            var answer = await SendRawAsync($"GET / HTTP/1.1\r\nHost: gateway\r\n{headers}Connection: close\r\n\r\n");

            Assert.StartsWith("HTTP/1.1 431 ", answer, StringComparison.Ordinal);
        }
    }

    [Theory]
    [Trait("Hostile", "22")]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_body_that_is_too_large_is_refused(bool chunked)
    {
        await using var gateway = await fixture.StartAsync(new() { ["Edge:MaxRequestBodyBytes"] = "4096" });
        using var client = GatewayFixture.Client(gateway);
        using var request = new HttpRequestMessage(HttpMethod.Post, "/webhooks/zoom") { Content = new ByteArrayContent(new byte[64 * 1024]) };
        request.Headers.TransferEncodingChunked = chunked;

        using var response = await client.SendAsync(request, Ct);

        Assert.Equal((413, "payload-too-large"), await GatewayFixture.ProblemAsync(response));
    }

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private async Task<string> SendRawAsync(string request)
    {
        using var connection = new TcpClient();
        await connection.ConnectAsync(IPAddress.Loopback, fixture.Gateway.Address.Port, Ct);
        await using var stream = connection.GetStream();
        await stream.WriteAsync(Encoding.Latin1.GetBytes(request), Ct);
        using var reader = new StreamReader(stream, Encoding.Latin1);
        return await reader.ReadToEndAsync(Ct);
    }
}

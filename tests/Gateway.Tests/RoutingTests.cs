using System.Net;
using WireMock.Server;
using Xunit;

namespace Meetings.Gateway.Tests;

/// <summary>Which service a path goes to, and what arrives there.</summary>
public sealed class RoutingTests(GatewayFixture fixture) : IClassFixture<GatewayFixture>
{
    [Theory]
    [InlineData("GET", "/api/v1/meetings?limit=5&status=live", "meeting", null)]
    [InlineData("POST", "/api/v1/meetings", "meeting", null)]
    [InlineData("PATCH", "/api/v1/meetings/a-room_1", "meeting", null)]
    [InlineData("POST", "/api/v1/meetings/a-room_1/end", "meeting", null)]
    [InlineData("GET", "/api/v1/meetings/a-room_1/participants", "attendance", null)]
    [InlineData("GET", "/api/v1/meetings/a-room_1/attendance", "attendance", null)]
    [InlineData("POST", "/api/v1/meetings/a-room_1/attendance/recalculate", "attendance", null)]
    [InlineData("GET", "/api/v1/attendance/statistics", "attendance", null)]
    [InlineData("GET", "/api/v1/webhooks/deliveries?state=failed", "webhook-ingress", null)]
    [InlineData("GET", "/api/v1/operations/meeting/failed-messages?state=failed", "meeting", null)]
    [InlineData("DELETE", "/api/v1/operations/attendance/failed-messages/0198c0de-0000-7000-8000-000000000000", "attendance", null)]
    [InlineData("GET", "/api/v1/operations/webhook-ingress/failed-messages", "webhook-ingress", null)]
    [InlineData("POST", "/webhooks/zoom", "webhook-ingress", null)]
    [InlineData("POST", "/webhooks/livekit", "webhook-ingress", null)]
    [InlineData("POST", "/api/zoom/webhook", "webhook-ingress", "/webhooks/zoom")]
    [Trait("Acceptance", "S0-01")]
    public async Task Each_path_has_its_service(string method, string path, string service, string? arrives)
    {
        using var client = GatewayFixture.Client(fixture.Gateway, GatewayFixture.Teacher);
        using var request = new HttpRequestMessage(new HttpMethod(method), path);

        using var response = await client.SendAsync(request, Ct);

        Assert.Equal((HttpStatusCode.OK, service), (response.StatusCode, Assert.Single(response.Headers.GetValues("X-Upstream"))));
        Assert.Contains(Entries(service), entry => entry.RequestMessage!.Method == method
            && new Uri(entry.RequestMessage.AbsoluteUrl).PathAndQuery == (arrives ?? path));
    }

    [Fact]
    public async Task A_webhook_arrives_byte_for_byte_and_without_a_token()
    {
        using var client = GatewayFixture.Client(fixture.Gateway);
        byte[] body = [.. "{ \"event\" : \"meeting.started\",\r\n\t\"name\":\"Añ\\u00e9 "u8, 0xFF, 0x00, 0xC3, .. "\" }  \n"u8];
        using var content = new ByteArrayContent(body);
        content.Headers.TryAddWithoutValidation("Content-Type", "application/json; charset=utf-8");
        using var request = new HttpRequestMessage(HttpMethod.Post, "/webhooks/zoom") { Content = content };
        request.Headers.Add("x-zm-signature", "v0=5e2f");
        request.Headers.Add("x-zm-request-timestamp", "1739923528");
        request.Headers.TransferEncodingChunked = true;

        using var response = await client.SendAsync(request, Ct);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        var arrived = Entries("webhook-ingress").Last(entry => entry.RequestMessage!.Headers!.ContainsKey("x-zm-signature")).RequestMessage!;
        Assert.Equal(body, arrived.BodyAsBytes);
        Assert.Equal(("v0=5e2f", "1739923528", "application/json; charset=utf-8"),
            (Header(arrived, "x-zm-signature"), Header(arrived, "x-zm-request-timestamp"), Header(arrived, "Content-Type")));
    }

    [Theory]
    [InlineData("eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJpc3MiOiJkZXZrZXkifQ.c2lnbmVk")]
    [InlineData("Bearer eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJpc3MiOiJkZXZrZXkifQ.c2lnbmVk")]
    public async Task LiveKits_token_and_media_type_arrive_as_they_were_sent_and_are_not_taken_for_a_callers(string token)
    {
        using var client = GatewayFixture.Client(fixture.Gateway);
        using var content = new ByteArrayContent("{}"u8.ToArray());
        content.Headers.TryAddWithoutValidation("Content-Type", "application/webhook+json");
        using var request = new HttpRequestMessage(HttpMethod.Post, "/webhooks/livekit") { Content = content };
        request.Headers.TryAddWithoutValidation("Authorization", token);

        using var response = await client.SendAsync(request, Ct);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        var arrived = Entries("webhook-ingress").Last(entry => entry.RequestMessage!.Path == "/webhooks/livekit" && Header(entry.RequestMessage, "Authorization") == token).RequestMessage!;
        Assert.Equal(("{}", "application/webhook+json"), (System.Text.Encoding.UTF8.GetString(arrived.BodyAsBytes!), Header(arrived, "Content-Type")));
    }

    [Fact]
    [Trait("Hostile", "53")]
    public async Task Headers_in_the_name_of_others_do_not_get_in_and_our_own_do()
    {
        using var client = GatewayFixture.Client(fixture.Gateway, GatewayFixture.Teacher);
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/v1/meetings/spoofed");
        string[] spoofed =
        [
            "X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Prefix", "Forwarded", "X-Real-IP", "X-User-Id", "X-User-Roles", "X-Tenant", "X-Tenant-Id",
            "X-Academy-Id", "X-Original-URL", "X-Rewrite-URL", "X-HTTP-Method-Override", "x-forwarded-anything",
        ];
        foreach (var name in spoofed) request.Headers.TryAddWithoutValidation(name, "6.6.6.6");
        request.Headers.Add("If-Match", "\"7\"");

        using var response = await client.SendAsync(request, Ct);

        var arrived = Entries("meeting").Last(entry => entry.RequestMessage!.Path == "/api/v1/meetings/spoofed").RequestMessage!;
        Assert.DoesNotContain(arrived.Headers!, header => header.Value.Any(value => value.Contains("6.6.6.6", StringComparison.Ordinal)));
        Assert.Equal(("127.0.0.1", "http", "\"7\""),
            (Header(arrived, "X-Forwarded-For"), Header(arrived, "X-Forwarded-Proto"), Header(arrived, "If-Match")));
        Assert.Equal(fixture.Gateway.Address.Authority, Header(arrived, "X-Forwarded-Host"));
        Assert.StartsWith("Bearer ", Header(arrived, "Authorization"), StringComparison.Ordinal);
        Assert.False(response.Headers.Contains("Server"));
    }

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private IEnumerable<WireMock.Logging.ILogEntry> Entries(string service) => (service switch
    {
        "meeting" => fixture.Meeting,
        "attendance" => fixture.Attendance,
        _ => (WireMockServer)fixture.Ingress,
    }).LogEntries;

    private static string Header(WireMock.IRequestMessage message, string name) =>
        Assert.Single(message.Headers!.Single(header => string.Equals(header.Key, name, StringComparison.OrdinalIgnoreCase)).Value);
}

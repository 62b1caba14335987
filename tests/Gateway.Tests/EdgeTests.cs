using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Meetings.Contracts.Directory;
using Meetings.ServiceDefaults.Security;
using Xunit;

namespace Meetings.Gateway.Tests;

/// <summary>Limits, headers for browsers, other origins, health.</summary>
public sealed class EdgeTests(GatewayFixture fixture) : IClassFixture<GatewayFixture>
{
    [Fact]
    public async Task Each_caller_has_a_limit_of_their_own()
    {
        await using var gateway = await fixture.StartAsync(new() { ["RateLimits:Callers:Burst"] = "3", ["RateLimits:Callers:PerSecond"] = "1" });
        using var eager = GatewayFixture.Client(gateway, GatewayFixture.Teacher);
        using var other = GatewayFixture.Client(gateway, new Caller(Guid.NewGuid(), FakeDirectory.Academy, [Roles.Student]));

        var responses = await Task.WhenAll(Enumerable.Range(0, 30).Select(_ => eager.GetAsync(Meetings, Ct)));
        using var others = await other.GetAsync(Meetings, Ct);

        var refused = responses.Where(response => response.StatusCode != HttpStatusCode.OK).ToList();
        Assert.InRange(refused.Count, 20, 27);
        foreach (var response in refused)
        {
            Assert.Equal((429, "too-many-requests"), await GatewayFixture.ProblemAsync(response));
            Assert.InRange(response.Headers.RetryAfter!.Delta!.Value, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(60));
        }

        Assert.Equal(HttpStatusCode.OK, others.StatusCode);
    }

    [Fact]
    [Trait("Hostile", "53")]
    public async Task Strangers_have_a_smaller_limit_that_holds_up_neither_webhooks_nor_health()
    {
        await using var gateway = await fixture.StartAsync(new() { ["RateLimits:Strangers:Burst"] = "2", ["RateLimits:Strangers:PerSecond"] = "1" });
        using var client = GatewayFixture.Client(gateway);

        // Each pretends to come from elsewhere, and counts all the same.
        var strangers = await Task.WhenAll(Enumerable.Range(0, 20).Select(n =>
        {
            var request = new HttpRequestMessage(HttpMethod.Get, Meetings);
            request.Headers.TryAddWithoutValidation("X-Forwarded-For", $"6.6.6.{n}");
            return client.SendAsync(request, Ct);
        }));
        var webhooks = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => client.PostAsync(new Uri("/webhooks/zoom", UriKind.Relative), null, Ct)));
        var health = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => client.GetAsync(new Uri("/health", UriKind.Relative), Ct)));

        Assert.InRange(strangers.Count(response => response.StatusCode == HttpStatusCode.TooManyRequests), 10, 18);
        Assert.All(webhooks, response => Assert.Equal(HttpStatusCode.OK, response.StatusCode));
        Assert.All(health, response => Assert.Equal(HttpStatusCode.OK, response.StatusCode));
    }

    [Fact]
    [Trait("Hostile", "28")]
    public async Task A_webhook_beyond_the_limit_is_asked_for_again_and_not_refused_for_ever()
    {
        await using var gateway = await fixture.StartAsync(new() { ["RateLimits:Webhooks:Burst"] = "2", ["RateLimits:Webhooks:PerSecond"] = "1" });
        using var client = GatewayFixture.Client(gateway);

        var responses = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => client.PostAsync(new Uri("/webhooks/zoom", UriKind.Relative), null, Ct)));

        var refused = responses.Where(response => response.StatusCode != HttpStatusCode.OK).ToList();
        Assert.InRange(refused.Count, 10, 18);
        foreach (var response in refused) Assert.Equal((503, "too-many-requests"), await GatewayFixture.ProblemAsync(response));
    }

    [Theory]
    [InlineData("/")]
    [InlineData("/api/v1/meetings")]
    [InlineData("/nowhere")]
    [InlineData("/api/v1//x")]
    public async Task Every_answer_carries_the_headers_for_browsers(string path)
    {
        using var client = GatewayFixture.Client(fixture.Gateway, GatewayFixture.Teacher);

        using var response = await client.GetAsync(new Uri(path, UriKind.Relative), Ct);

        Assert.Equal("nosniff", One("X-Content-Type-Options"));
        Assert.Equal("default-src 'none'; frame-ancestors 'none'", One("Content-Security-Policy"));
        Assert.Equal("no-referrer", One("Referrer-Policy"));
        Assert.Equal("no-store", One("Cache-Control"));
        Assert.False(response.Headers.Contains("Strict-Transport-Security"));

        string One(string name) => Assert.Single(response.Headers.GetValues(name));
    }

    [Fact]
    public async Task Outside_of_Development_browsers_are_told_to_stay_with_TLS()
    {
        await using var gateway = await fixture.StartAsync(new() { ["Auth:Authority"] = "https://issuer.example" }, "Production");
        using var client = GatewayFixture.Client(gateway);

        using var response = await client.GetAsync(new Uri("/", UriKind.Relative), Ct);

        Assert.Equal("max-age=31536000; includeSubDomains", Assert.Single(response.Headers.GetValues("Strict-Transport-Security")));
    }

    [Fact]
    [Trait("Hostile", "62")]
    public async Task Only_pages_of_configured_origins_may_call()
    {
        await using var gateway = await fixture.StartAsync(new() { ["Edge:CorsOrigins:0"] = "https://school.example" });

        Assert.Equal("https://school.example", await AllowedAsync(gateway, "https://school.example"));
        Assert.Null(await AllowedAsync(gateway, "https://evil.example"));
        Assert.Null(await AllowedAsync(gateway, "https://school.example.evil.example"));
        Assert.Null(await AllowedAsync(gateway, "null"));
        Assert.Null(await AllowedAsync(fixture.Gateway, "https://school.example"));
    }

    [Fact]
    public async Task A_wildcard_for_origins_stops_the_start() =>
        await Assert.ThrowsAnyAsync<Exception>(() => fixture.StartAsync(new() { ["Edge:CorsOrigins:0"] = "*" }));

    [Fact]
    public async Task Home_says_where_to_go_on()
    {
        using var client = GatewayFixture.Client(fixture.Gateway);

        var home = await client.GetFromJsonAsync<JsonElement>("/", Ct);

        Assert.Equal(("Meetings", "/dev/token"), (home.GetProperty("name").GetString(), home.GetProperty("links").GetProperty("token").GetString()));
    }

    [Fact]
    public async Task A_trusted_proxy_is_believed_about_who_it_speaks_for()
    {
        await using var gateway = await fixture.StartAsync(new() { ["Edge:TrustedProxies:0"] = "127.0.0.1" });
        using var client = GatewayFixture.Client(gateway, GatewayFixture.Teacher);
        client.DefaultRequestHeaders.TryAddWithoutValidation("X-Forwarded-For", "203.0.113.9");

        using var response = await client.GetAsync(new Uri("/api/v1/meetings/trusted", UriKind.Relative), Ct);

        var arrived = fixture.Meeting.LogEntries.Last(entry => entry.RequestMessage!.Path == "/api/v1/meetings/trusted").RequestMessage!;
        Assert.Equal("203.0.113.9", Assert.Single(arrived.Headers!["X-Forwarded-For"]));
    }

    private static readonly Uri Meetings = new("/api/v1/meetings", UriKind.Relative);

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private static async Task<string?> AllowedAsync(GatewayHost gateway, string origin)
    {
        using var client = GatewayFixture.Client(gateway);
        using var request = new HttpRequestMessage(HttpMethod.Options, Meetings);
        request.Headers.TryAddWithoutValidation("Origin", origin);
        request.Headers.Add("Access-Control-Request-Method", "GET");
        request.Headers.Add("Access-Control-Request-Headers", "authorization");
        using var response = await client.SendAsync(request, Ct);
        Assert.False(response.Headers.Contains("Access-Control-Allow-Credentials"));
        return response.Headers.TryGetValues("Access-Control-Allow-Origin", out var allowed) ? Assert.Single(allowed) : null;
    }
}

using System.Net;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text.Json;
using Meetings.Testing;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.Protocols;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;

namespace Meetings.ServiceDefaults.Tests;

/// <summary>People's tokens of an OIDC issuer, as outside of Development.</summary>
public sealed class IssuerTests : IDisposable
{
    private readonly Issuer _issuer = new();

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact, Trait("Hostile", "59")]
    public async Task Only_what_the_issuer_signed_for_us_counts()
    {
        await using var host = await StartAsync();
        using var another = RSA.Create(2048);

        Assert.Equal(HttpStatusCode.OK, (await host.GetAsync("/me", _issuer.Token())).StatusCode);

        (string What, string Token)[] forgeries =
        [
            ("for another client, as an id_token is", _issuer.Token(audience: "the-web-client")),
            ("of another issuer", _issuer.Token(issuer: "https://evil.example/")),
            ("of another key under our name", _issuer.Token(another)),
            ("expired 61 seconds ago", _issuer.Token(expires: TimeSpan.FromSeconds(-61))),
            ("of Development", TestTokens.For(new(Guid.CreateVersion7(), null, ["super_admin"]))),
            .. _issuer.TokensSignedWithThePublicKey().Select(token => ("signed with the public key", token)),
        ];
        foreach (var (what, token) in forgeries)
        {
            var answer = await host.GetAsync("/me", token);
            Assert.True(answer.StatusCode == HttpStatusCode.Unauthorized, $"A token {what} got {answer.StatusCode}");
            Assert.Equal("unauthenticated", (await answer.Content.ReadFromJsonAsync<JsonElement>(Ct)).GetProperty("code").GetString());
        }
    }

    [Fact, Trait("Hostile", "60")]
    public async Task A_flood_of_unknown_keys_makes_us_ask_the_issuer_once()
    {
        await using var host = await StartAsync();
        Assert.Equal(HttpStatusCode.OK, (await host.GetAsync("/me", _issuer.Token())).StatusCode);
        using var another = RSA.Create(2048);
        var flood = Enumerable.Range(0, 200).Select(n => _issuer.Token(another, $"unknown-{n}")).ToList();

        var answers = await Task.WhenAll(flood.Select(token => host.GetAsync("/me", token)));

        Assert.All(answers, answer => Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode));
        Assert.InRange(_issuer.Asked, 1, 2);
        var bearer = host.Services.GetRequiredService<IOptionsMonitor<JwtBearerOptions>>().Get(JwtBearerDefaults.AuthenticationScheme);
        Assert.Equal(TimeSpan.FromMinutes(5), Assert.IsType<ConfigurationManager<OpenIdConnectConfiguration>>(bearer.ConfigurationManager).RefreshInterval);
        Assert.Equal(HttpStatusCode.OK, (await host.GetAsync("/me", _issuer.Token())).StatusCode);
    }

    [Fact, Trait("Hostile", "61")]
    public async Task While_the_issuer_is_down_known_keys_count_and_unknown_ones_do_not()
    {
        await using var host = await StartAsync();
        Assert.Equal(HttpStatusCode.OK, (await host.GetAsync("/me", _issuer.Token())).StatusCode);
        using var another = RSA.Create(2048);

        _issuer.IsDown = true;

        Assert.Equal(HttpStatusCode.Unauthorized, (await host.GetAsync("/me", _issuer.Token(another, "unknown"))).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await host.GetAsync("/me", _issuer.Token())).StatusCode);
    }

    [Fact, Trait("Hostile", "61")]
    public async Task An_issuer_that_was_never_reached_is_our_trouble_and_not_the_callers()
    {
        _issuer.IsDown = true;
        await using var host = await StartAsync();

        var answer = await host.GetAsync("/me", _issuer.Token());

        Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
        Assert.Equal("service-unavailable", (await answer.Content.ReadFromJsonAsync<JsonElement>(Ct)).GetProperty("code").GetString());
        Assert.NotNull(answer.Headers.RetryAfter);
        Assert.Equal(HttpStatusCode.Unauthorized, (await host.GetAsync("/me", null)).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await host.GetAsync("/alive", null)).StatusCode);
    }

    public void Dispose() => _issuer.Dispose();

    private Task<SecuredHost> StartAsync() => SecuredHost.StartAsync(
        "Production", new Dictionary<string, string?> { ["Auth:Authority"] = Issuer.Address, ["Auth:ServiceKey"] = TestTokens.Settings["Auth:ServiceKey"] }, _issuer.Serves);
}

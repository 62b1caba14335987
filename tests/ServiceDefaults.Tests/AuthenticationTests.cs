using System.IdentityModel.Tokens.Jwt;
using System.Net;
using System.Net.Http.Json;
using System.Security.Claims;
using System.Text;
using System.Text.Json;
using Grpc.Core;
using Meetings.Contracts.Meetings.V1;
using Meetings.ServiceDefaults.Security;
using Meetings.Testing;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace Meetings.ServiceDefaults.Tests;

public sealed class AuthenticationTests
{
    private static readonly Caller Teacher = new(Guid.CreateVersion7(), Guid.CreateVersion7(), ["teacher", "parent"]);

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public static TheoryData<string, string?> Forgeries()
    {
        var key = TestTokens.Settings["Auth:DevelopmentKey"]!;
        return new TheoryData<string, string?>
        {
            { "none at all", null },
            { "not a token", "abc" },
            { "unsigned", Unsigned() },
            { "of another key", Signed("another-key-of-the-right-length-0123456789") },
            { "of another algorithm", Signed(key, algorithm: SecurityAlgorithms.HmacSha512) },
            { "for another audience", Signed(key, audience: "elsewhere") },
            { "of another issuer", Signed(key, issuer: "elsewhere") },
            { "expired 61 seconds ago", Signed(key, expires: TimeSpan.FromSeconds(-61)) },
            { "not yet valid", Signed(key, notBefore: TimeSpan.FromMinutes(5), expires: TimeSpan.FromMinutes(10)) },
            { "without an end", Endless(key) },
            { "of a service", TestTokens.ForService() },
            { "changed on the way", Tampered(TestTokens.For(Teacher)) },
        };
    }

    [Fact]
    public async Task A_good_token_names_the_caller()
    {
        await using var host = await SecuredHost.StartAsync();

        var answer = await host.GetAsync("/me", TestTokens.For(Teacher));

        var me = await answer.Content.ReadFromJsonAsync<JsonElement>(Ct);
        Assert.Equal(Teacher.PersonId, me.GetProperty("personId").GetGuid());
        Assert.Equal(Teacher.AcademyId, me.GetProperty("academyId").GetGuid());
        Assert.Equal(["teacher", "parent"], me.GetProperty("roles").EnumerateArray().Select(role => role.GetString()));
    }

    [Theory, Trait("Hostile", "59")]
    [MemberData(nameof(Forgeries))]
    public async Task A_bad_token_is_refused_with_a_problem(string what, string? token)
    {
        await using var host = await SecuredHost.StartAsync();

        var answer = await host.GetAsync("/me", token);

        Assert.True(answer.StatusCode == HttpStatusCode.Unauthorized, $"A token {what} got {answer.StatusCode}");
        Assert.Equal("unauthenticated", (await answer.Content.ReadFromJsonAsync<JsonElement>(Ct)).GetProperty("code").GetString());
    }

    [Fact]
    public async Task Health_is_asked_without_a_token()
    {
        await using var host = await SecuredHost.StartAsync();

        Assert.Equal(HttpStatusCode.OK, (await host.GetAsync("/health", token: null)).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await host.GetAsync("/alive", token: null)).StatusCode);
    }

    [Fact, Trait("Hostile", "85")]
    public async Task Outside_of_development_it_does_not_start_without_an_issuer() =>
        await Assert.ThrowsAsync<OptionsValidationException>(() => SecuredHost.StartAsync("Production"));

    [Fact, Trait("Hostile", "85")]
    public async Task It_does_not_start_with_a_short_key() =>
        await Assert.ThrowsAsync<OptionsValidationException>(() => SecuredHost.StartAsync(settings: new Dictionary<string, string?>
        {
            ["Auth:DevelopmentKey"] = TestTokens.Settings["Auth:DevelopmentKey"], ["Auth:ServiceKey"] = "short",
        }));

    [Fact]
    public async Task A_sibling_service_is_known_by_its_own_token()
    {
        await using var host = await SecuredHost.StartAsync();

        var meeting = await host.Sibling("attendance").FindMeetingAsync(new FindMeetingRequest { MeetingId = "m" }, cancellationToken: Ct);

        Assert.Equal(("m", "attendance"), (meeting.MeetingId, meeting.Title));
    }

    [Fact, Trait("Hostile", "70")]
    public async Task A_call_without_a_services_token_is_unauthenticated()
    {
        await using var host = await SecuredHost.StartAsync();
        var person = new Metadata { { "authorization", $"Bearer {TestTokens.For(Teacher)}" } };

        foreach (var headers in (Metadata[])[[], person])
        {
            var refusal = await Assert.ThrowsAsync<RpcException>(async () =>
                await host.Stranger().FindMeetingAsync(new FindMeetingRequest { MeetingId = "m" }, headers, cancellationToken: Ct));
            Assert.Equal(StatusCode.Unauthenticated, refusal.StatusCode);
        }
    }

    private static string Signed(
        string key, string algorithm = SecurityAlgorithms.HmacSha256, string audience = "meetings", string issuer = Tokens.DevelopmentIssuer,
        TimeSpan? notBefore = null, TimeSpan? expires = null)
    {
        var now = DateTime.UtcNow;
        var end = now + (expires ?? TimeSpan.FromMinutes(5));
        return new JsonWebTokenHandler().CreateToken(new SecurityTokenDescriptor
        {
            Issuer = issuer,
            Audience = audience,
            Subject = new ClaimsIdentity([new Claim("sub", Teacher.PersonId.ToString())]),
            NotBefore = notBefore is { } from ? now + from : end.AddMinutes(-10),
            IssuedAt = end.AddMinutes(-10),
            Expires = end,
            SigningCredentials = new SigningCredentials(new SymmetricSecurityKey(Encoding.UTF8.GetBytes(key)), algorithm),
        });
    }

    private static string Unsigned() => new JwtSecurityTokenHandler().WriteToken(new JwtSecurityToken(
        Tokens.DevelopmentIssuer, "meetings", [new Claim("sub", Teacher.PersonId.ToString())], expires: DateTime.UtcNow.AddMinutes(5)));

    private static string Endless(string key) => new JsonWebTokenHandler { SetDefaultTimesOnTokenCreation = false }.CreateToken(new SecurityTokenDescriptor
    {
        Issuer = Tokens.DevelopmentIssuer,
        Audience = "meetings",
        Subject = new ClaimsIdentity([new Claim("sub", Teacher.PersonId.ToString())]),
        SigningCredentials = new SigningCredentials(new SymmetricSecurityKey(Encoding.UTF8.GetBytes(key)), SecurityAlgorithms.HmacSha256),
    });

    private static string Tampered(string token)
    {
        var parts = token.Split('.');
        var payload = Encoding.UTF8.GetString(Base64UrlEncoder.DecodeBytes(parts[1])).Replace("teacher", "super_admin", StringComparison.Ordinal);
        return $"{parts[0]}.{Base64UrlEncoder.Encode(payload)}.{parts[2]}";
    }
}

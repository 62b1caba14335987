using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Meetings.Contracts.Directory;
using Xunit;

namespace Meetings.Gateway.Tests;

/// <summary>The sign-in of Development.</summary>
public sealed class DevelopmentTokenTests(GatewayFixture fixture) : IClassFixture<GatewayFixture>
{
    [Theory]
    [InlineData("Teacher@R1.deped.gov.ph", Roles.Teacher)]
    [InlineData("super@meetings.example", Roles.SuperAdmin)]
    public async Task A_person_of_the_directory_gets_a_token_that_the_services_accept(string email, string role)
    {
        using var client = GatewayFixture.Client(fixture.Gateway);

        using var response = await client.PostAsJsonAsync("/dev/token", new { email }, Ct);
        var body = await response.Content.ReadFromJsonAsync<JsonElement>(Ct);
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", body.GetProperty("accessToken").GetString());
        using var me = await client.GetAsync(new Uri("/api/v1/users/me", UriKind.Relative), Ct);

        Assert.Equal((HttpStatusCode.OK, 3600, true), (response.StatusCode, body.GetProperty("expiresIn").GetInt32(), response.Headers.CacheControl!.NoStore));
        Assert.Equal(HttpStatusCode.OK, me.StatusCode);
        var caller = await me.Content.ReadFromJsonAsync<JsonElement>(Ct);
        Assert.Equal(role, Assert.Single(caller.GetProperty("roles").EnumerateArray()).GetString());
        if (role == Roles.SuperAdmin)
            Assert.Equal((FakeDirectory.Super, JsonValueKind.Null), (caller.GetProperty("personId").GetGuid(), caller.GetProperty("academyId").ValueKind));
        else
            Assert.Equal((FakeDirectory.Teacher, FakeDirectory.Academy), (caller.GetProperty("personId").GetGuid(), caller.GetProperty("academyId").GetGuid()));
    }

    [Theory]
    [InlineData("""{"email":"nobody@r1.deped.gov.ph"}""", 404, "user-not-found")]
    [InlineData("""{"email":"twice@x.example"}""", 409, "ambiguous-email")]
    [InlineData("""{"email":""}""", 400, "invalid-request")]
    [InlineData("{}", 400, "invalid-request")]
    [InlineData("nonsense", 400, "invalid-request")]
    [InlineData("""{"email":"a@b.example","email":"teacher@r1.deped.gov.ph"}""", 400, "invalid-request")]
    public async Task Anything_else_gets_a_problem(string json, int status, string code)
    {
        using var client = GatewayFixture.Client(fixture.Gateway);
        using var content = new StringContent(json, System.Text.Encoding.UTF8, "application/json");

        using var response = await client.PostAsync(new Uri("/dev/token", UriKind.Relative), content, Ct);

        Assert.Equal((status, code), await GatewayFixture.ProblemAsync(response));
    }

    [Fact]
    public async Task Without_the_directory_it_says_so()
    {
        await using var gateway = await fixture.StartAsync(new() { ["Services:registration:grpc:0"] = "http://127.0.0.1:1" });
        using var client = GatewayFixture.Client(gateway);

        using var response = await client.PostAsJsonAsync("/dev/token", new { email = "teacher@r1.deped.gov.ph" }, Ct);

        Assert.Equal((503, "service-unavailable"), await GatewayFixture.ProblemAsync(response));
    }

    [Fact]
    public async Task Outside_of_Development_there_is_no_such_route()
    {
        await using var gateway = await fixture.StartAsync(new() { ["Auth:Authority"] = "https://issuer.example" }, "Production");
        using var client = GatewayFixture.Client(gateway);

        using var response = await client.PostAsJsonAsync("/dev/token", new { email = "teacher@r1.deped.gov.ph" }, Ct);

        Assert.Equal((404, "not-found"), await GatewayFixture.ProblemAsync(response));
        var home = await client.GetFromJsonAsync<JsonElement>("/", Ct);
        Assert.False(home.GetProperty("links").TryGetProperty("token", out _));
    }

    private static CancellationToken Ct => TestContext.Current.CancellationToken;
}

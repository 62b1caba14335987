using System.Net;
using System.Net.Http.Headers;
using Xunit;

namespace Meetings.ZoomSandbox.Tests;

public sealed class OAuthTests
{
    [Fact]
    public async Task A_token_is_given_for_the_account_and_lasts_an_hour()
    {
        await using var sandbox = await SandboxServer.StartAsync();

        var answer = await SandboxServer.JsonAsync(
            await sandbox.TokenAsync("zoom-development-client:zoom-development-client-secret", "account_credentials", "zoom-development-account"));

        Assert.Equal("bearer", answer["token_type"]!.GetValue<string>());
        Assert.Equal(3600, answer["expires_in"]!.GetValue<int>());
        Assert.Contains("meeting:write:meeting:admin", answer["scope"]!.GetValue<string>().Split(' '));
    }

    [Theory]
    [InlineData("zoom-development-client:wrong", "account_credentials", "zoom-development-account", 401, "invalid_client")]
    [InlineData("zoom-development-client", "account_credentials", "zoom-development-account", 401, "invalid_client")]
    [InlineData("zoom-development-client:zoom-development-client-secret", "password", "zoom-development-account", 400, "unsupported_grant_type")]
    [InlineData("zoom-development-client:zoom-development-client-secret", "account_credentials", "another", 400, "invalid_request")]
    public async Task A_wrong_request_is_refused_with_a_reason_and_an_error(string credentials, string grant, string account, int status, string error)
    {
        await using var sandbox = await SandboxServer.StartAsync();

        var answer = await sandbox.TokenAsync(credentials, grant, account);
        var body = await SandboxServer.JsonAsync(answer);

        Assert.Equal(status, (int)answer.StatusCode);
        Assert.Equal(error, body["error"]!.GetValue<string>());
        Assert.NotEmpty(body["reason"]!.GetValue<string>());
    }

    [Fact]
    public async Task The_query_string_form_is_refused()
    {
        await using var sandbox = await SandboxServer.StartAsync();
        using var request = new HttpRequestMessage(HttpMethod.Post, "/oauth/token?grant_type=account_credentials&account_id=zoom-development-account");
        request.Headers.Authorization = new AuthenticationHeaderValue(
            "Basic", Convert.ToBase64String("zoom-development-client:zoom-development-client-secret"u8));

        Assert.Equal(HttpStatusCode.BadRequest, (await sandbox.Http.SendAsync(request, TestContext.Current.CancellationToken)).StatusCode);
    }

    [Fact]
    public async Task An_expired_or_unknown_token_is_code_124()
    {
        await using var sandbox = await SandboxServer.StartAsync();
        var id = await sandbox.MeetingAsync();

        sandbox.Clock.Advance(TimeSpan.FromSeconds(3600));
        var expired = await sandbox.CallAsync(HttpMethod.Get, $"/meetings/{id}", null, 401);
        sandbox.Http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", "made-up");
        var unknown = await sandbox.CallAsync(HttpMethod.Get, $"/meetings/{id}", null, 401);

        Assert.Equal("""{"code":124,"message":"Access token is expired."}""", expired!.ToJsonString());
        Assert.Equal("""{"code":124,"message":"Invalid access token."}""", unknown!.ToJsonString());
    }

    [Fact]
    public async Task Several_tokens_live_side_by_side()
    {
        await using var sandbox = await SandboxServer.StartAsync();
        var first = sandbox.Http.DefaultRequestHeaders.Authorization;
        await sandbox.SignInAsync();

        sandbox.Http.DefaultRequestHeaders.Authorization = first;
        await sandbox.MeetingAsync();
    }

    [Fact]
    public async Task A_call_without_its_scope_is_refused()
    {
        await using var sandbox = await SandboxServer.StartAsync(("Scopes:0", "meeting:write:meeting:admin"));
        var id = await sandbox.MeetingAsync();

        var refused = await sandbox.CallAsync(HttpMethod.Get, $"/meetings/{id}", null, 400);

        Assert.Equal(4700, refused!["code"]!.GetValue<int>());
    }
}

using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.Logging;

namespace Aspire.Hosting.Dashboard.Tests;

public sealed class DashboardTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("/", HttpStatusCode.Redirect)]
    [InlineData("/consolelogs", HttpStatusCode.Redirect)]
    [InlineData("/compat/api/resources", HttpStatusCode.Unauthorized)]
    [InlineData("/compat/api/logs?resource=api", HttpStatusCode.Unauthorized)]
    public async Task Nobody_gets_in_without_the_token(string path, HttpStatusCode expected)
    {
        await using var dashboard = await RunningDashboard.StartAsync();
        using var browser = dashboard.Browser();

        Assert.Equal(expected, (await browser.GetAsync(new Uri(path, UriKind.Relative), Ct)).StatusCode);
    }

    [Theory]
    [InlineData(RunningDashboard.Token, HttpStatusCode.Redirect)]
    [InlineData("wrong", HttpStatusCode.Unauthorized)]
    [InlineData("", HttpStatusCode.Unauthorized)]
    public async Task The_link_of_the_console_logs_in_and_another_does_not(string token, HttpStatusCode expected)
    {
        await using var dashboard = await RunningDashboard.StartAsync();
        using var browser = dashboard.Browser();

        var answer = await browser.GetAsync(new Uri($"/login?t={token}", UriKind.Relative), Ct);

        Assert.Equal(expected, answer.StatusCode);
        var inside = await browser.GetAsync(new Uri("/", UriKind.Relative), Ct);
        Assert.Equal(expected == HttpStatusCode.Redirect ? HttpStatusCode.OK : HttpStatusCode.Redirect, inside.StatusCode);
    }

    [Fact]
    public async Task A_script_may_send_the_token_as_a_bearer_token()
    {
        await using var dashboard = await RunningDashboard.StartAsync();
        using var script = dashboard.Browser();
        script.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", RunningDashboard.Token);

        Assert.Equal(HttpStatusCode.OK, (await script.GetAsync(new Uri("/compat/api/resources", UriKind.Relative), Ct)).StatusCode);
    }

    [Fact]
    public async Task It_does_not_listen_beyond_this_machine() =>
        await Assert.ThrowsAsync<DistributedApplicationException>(() => RunningDashboard.StartAsync(host: "0.0.0.0"));

    [Fact]
    public async Task A_foreign_name_of_this_machine_is_refused()
    {
        await using var dashboard = await RunningDashboard.StartAsync();
        using var browser = await dashboard.LoggedInAsync();
        browser.DefaultRequestHeaders.Host = "evil.example";

        Assert.Equal(HttpStatusCode.BadRequest, (await browser.GetAsync(new Uri("/", UriKind.Relative), Ct)).StatusCode);
    }

    [Fact]
    public async Task A_foreign_page_cannot_command()
    {
        await using var dashboard = await RunningDashboard.StartAsync();
        using var browser = await dashboard.LoggedInAsync();
        browser.DefaultRequestHeaders.Add("Origin", "http://evil.example");

        Assert.Equal(HttpStatusCode.Forbidden, (await browser.PostAsync(new Uri("/compat/api/resources/api/commands/resource-stop", UriKind.Relative), null, Ct)).StatusCode);
    }

    [Fact]
    public async Task Resources_are_listed_with_state_health_addresses_and_masked_secrets()
    {
        await using var dashboard = await RunningDashboard.StartAsync();
        await dashboard.Notifications.PublishUpdateAsync(dashboard.Api, s => s with
        {
            State = KnownResourceStates.Running,
            Urls = [new UrlSnapshot("http", "http://localhost:5111", IsInternal: false)],
            EnvironmentVariables =
            [
                new EnvironmentVariableSnapshot("ConnectionStrings__db", "Host=localhost;Password=hunter2", IsFromSpec: true),
                new EnvironmentVariableSnapshot("Colour", "blue", IsFromSpec: true),
            ],
        });
        using var browser = await dashboard.LoggedInAsync();

        var body = await browser.GetStringAsync(new Uri("/compat/api/resources", UriKind.Relative), Ct);

        var api = JsonDocument.Parse(body).RootElement.EnumerateArray().Single(r => r.GetProperty("name").GetString() == "api");
        Assert.Equal("Running", api.GetProperty("state").GetString());
        Assert.Equal("Healthy", api.GetProperty("health").GetString());
        Assert.Equal("http://localhost:5111", api.GetProperty("urls")[0].GetProperty("address").GetString());
        Assert.Contains("blue", body, StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Console_lines_come_with_their_backlog_and_then_live()
    {
        await using var dashboard = await RunningDashboard.StartAsync();
        var logger = dashboard.Logs.GetLogger(dashboard.Api);
        logger.LogInformation("before");
        await dashboard.Notifications.PublishUpdateAsync(dashboard.Api, s => s with { State = KnownResourceStates.Running });
        using var browser = await dashboard.LoggedInAsync();
        var id = (await browser.GetFromJsonAsync<JsonElement>("/compat/api/resources", Ct)).EnumerateArray()
            .Single(r => r.GetProperty("name").GetString() == "api").GetProperty("id").GetString()!;

        await using var stream = await browser.GetStreamAsync(new Uri($"/compat/api/logs/stream?resource={id}", UriKind.Relative), Ct);
        using var reader = new StreamReader(stream);
        Assert.Contains("before", await NextAsync(reader), StringComparison.Ordinal);
        logger.LogInformation("after");
        Assert.Contains("after", await NextAsync(reader), StringComparison.Ordinal);

        var kept = await browser.GetStringAsync(new Uri($"/compat/api/logs?resource={id}", UriKind.Relative), Ct);
        Assert.Contains("before", kept, StringComparison.Ordinal);
        Assert.Contains("after", kept, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_command_runs_and_its_failure_is_told()
    {
        var ran = 0;
        await using var dashboard = await RunningDashboard.StartAsync(configure: api => api
            .WithCommand("count", "Count", _ => { ran++; return Task.FromResult(CommandResults.Success()); }, new CommandOptions())
            .WithCommand("fail", "Fail", _ => Task.FromResult(CommandResults.Failure("It would not.")), new CommandOptions()));
        await dashboard.Notifications.PublishUpdateAsync(dashboard.Api, s => s with { State = KnownResourceStates.Running });
        using var browser = await dashboard.LoggedInAsync();
        var id = (await browser.GetFromJsonAsync<JsonElement>("/compat/api/resources", Ct))[0].GetProperty("id").GetString()!;

        Assert.Equal(HttpStatusCode.NoContent, (await browser.PostAsync(new Uri($"/compat/api/resources/{id}/commands/count", UriKind.Relative), null, Ct)).StatusCode);
        var failed = await browser.PostAsync(new Uri($"/compat/api/resources/{id}/commands/fail", UriKind.Relative), null, Ct);

        Assert.Equal(1, ran);
        Assert.Equal(HttpStatusCode.Conflict, failed.StatusCode);
        Assert.Contains("It would not.", await failed.Content.ReadAsStringAsync(Ct), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.NotFound, (await browser.PostAsync(new Uri("/compat/api/resources/nobody/commands/count", UriKind.Relative), null, Ct)).StatusCode);
    }

    [Theory]
    [InlineData("/")]
    [InlineData("/consolelogs/resource/api")]
    [InlineData("/assets/dashboard.css")]
    [InlineData("/assets/resources.js")]
    [InlineData("/assets/consolelogs.js")]
    public async Task Pages_and_their_assets_are_there(string path)
    {
        await using var dashboard = await RunningDashboard.StartAsync();
        using var browser = await dashboard.LoggedInAsync();

        var answer = await browser.GetAsync(new Uri(path, UriKind.Relative), Ct);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.NotEmpty(await answer.Content.ReadAsStringAsync(Ct));
        Assert.Contains("frame-ancestors 'none'", answer.Headers.GetValues("Content-Security-Policy").Single(), StringComparison.Ordinal);
    }

    private static async Task<string> NextAsync(StreamReader reader)
    {
        while (await reader.ReadLineAsync(Ct) is { } line)
            if (line.StartsWith("data:", StringComparison.Ordinal)) return line;
        throw new EndOfStreamException();
    }
}

using System.Net;
using Xunit;
using static Meetings.LiveKitSandbox.Tests.SandboxServer;

namespace Meetings.LiveKitSandbox.Tests;

public sealed class ControlDoorTests
{
    [Theory]
    [InlineData("Host", "localhost", HttpStatusCode.OK)]
    [InlineData("Host", "rebound.example", HttpStatusCode.Forbidden)]
    [InlineData("Origin", "https://page.example", HttpStatusCode.Forbidden)]
    [InlineData("Sec-Fetch-Site", "cross-site", HttpStatusCode.Forbidden)]
    [InlineData("X-Forwarded-For", "127.0.0.1", HttpStatusCode.Forbidden)]
    public async Task Only_programs_of_this_machine_direct_the_sandbox(string header, string value, HttpStatusCode expected)
    {
        await using var sandbox = await StartAsync();
        foreach (var path in (string[])["rooms", "data", "deliveries", "deliveries/pending"])
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, $"/control/{path}");
            request.Headers.TryAddWithoutValidation(header, value);
            var answer = await sandbox.Http.SendAsync(request, TestContext.Current.CancellationToken);

            Assert.Equal(expected, answer.StatusCode);
            if (expected != HttpStatusCode.OK) Assert.Equal("control-is-local", (await JsonAsync(answer))["code"]!.GetValue<string>());
        }
    }
}

using System.Net;
using Xunit;

namespace Meetings.ZoomSandbox.Tests;

public sealed class RateLimitTests
{
    [Theory]
    [InlineData("Free", 4)]
    [InlineData("Pro", 30)]
    [InlineData("Business", 80)]
    public async Task Light_calls_per_second_are_those_of_the_plan(string plan, int allowed)
    {
        await using var sandbox = await SandboxServer.StartAsync(("Plan", plan));

        for (var n = 0; n < allowed; n++) Assert.Equal(HttpStatusCode.NotFound, (await sandbox.CallAsync(HttpMethod.Get, "/meetings/1")).StatusCode);
        var over = await sandbox.CallAsync(HttpMethod.Get, "/meetings/1");
        sandbox.Clock.Advance(TimeSpan.FromSeconds(1));
        var later = await sandbox.CallAsync(HttpMethod.Get, "/meetings/1");

        Assert.Equal(HttpStatusCode.TooManyRequests, over.StatusCode);
        Assert.Equal(("Light", "QPS", "0"), (Header(over, "X-RateLimit-Category"), Header(over, "X-RateLimit-Type"), Header(over, "X-RateLimit-Remaining")));
        Assert.Contains("per-second", (await SandboxServer.JsonAsync(over))["message"]!.GetValue<string>(), StringComparison.Ordinal);
        Assert.Equal((HttpStatusCode.NotFound, "Light"), (later.StatusCode, Header(later, "X-RateLimit-Category")));
        Assert.False(later.Headers.Contains("X-RateLimit-Type"));
    }

    [Fact]
    public async Task The_daily_limit_says_when_to_come_back_as_an_instant()
    {
        await using var sandbox = await SandboxServer.StartAsync(("Plan", "Free"), ("TokenSeconds", "86400"));

        HttpResponseMessage answer;
        do
        {
            answer = await sandbox.CallAsync(HttpMethod.Get, "/report/meetings/1/participants");
            sandbox.Clock.Advance(TimeSpan.FromSeconds(1));
        }
        while (answer.StatusCode != HttpStatusCode.TooManyRequests);

        Assert.Equal(("Daily-limit", "1000"), (Header(answer, "X-RateLimit-Type"), Header(answer, "X-RateLimit-Limit")));
        Assert.Null(answer.Headers.RetryAfter);
        Assert.Equal("2026-11-21T00:00:00Z", Header(answer, "Retry-After"));
    }

    [Fact]
    public async Task A_host_may_create_and_update_a_hundred_times_a_day()
    {
        await using var sandbox = await SandboxServer.StartAsync(("MeetingCallsPerHostPerDay", "2"));
        var id = await sandbox.MeetingAsync();
        await sandbox.CallAsync(HttpMethod.Patch, $"/meetings/{id}", """{"topic":"x"}""", 204);

        var over = await sandbox.CallAsync(HttpMethod.Patch, $"/meetings/{id}", """{"topic":"y"}""");

        Assert.Equal(HttpStatusCode.TooManyRequests, over.StatusCode);
        Assert.False(over.Headers.Contains("Retry-After"));
        Assert.Equal(429, (await SandboxServer.JsonAsync(over))["code"]!.GetValue<int>());
    }

    private static string? Header(HttpResponseMessage answer, string name) =>
        answer.Headers.NonValidated.TryGetValues(name, out var values) ? values.ToString() : null;
}

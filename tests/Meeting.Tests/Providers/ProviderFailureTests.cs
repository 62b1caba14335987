using System.Net;
using Meetings.Meeting.Tests.Fakes;
using Meetings.Meeting.Tests.Scheduling;
using Meetings.Testing;
using Microsoft.AspNetCore.Http;
using static Meetings.Meeting.Tests.MeetingService;

namespace Meetings.Meeting.Tests.Providers;

[Trait("Hostile", "65")]
public sealed class ProviderFailureTests(MeetingService service) : IClassFixture<MeetingService>, IDisposable
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public void Dispose() => service.Zoom.Fault = null;

    [Theory]
    [InlineData(400, """{"code":300,"message":"Invalid field."}""", "provider-refused", "300")]
    [InlineData(404, """{"code":1001,"message":"User does not exist: someone@school.example."}""", "provider-refused", "1001")]
    [InlineData(409, """{"code":"3000","message":"Conflict."}""", "provider-refused", "3000")]
    [InlineData(401, """{"code":124,"message":"Invalid access token."}""", "provider-refused", "124")]
    [InlineData(500, """{"code":1,"message":"oops"}""", "provider-unavailable", "500")]
    [InlineData(502, "<html>Bad gateway</html>", "provider-unavailable", "502")]
    [InlineData(403, "<html>Blocked</html>", "provider-unavailable", "403")]
    [InlineData(200, "<html>Login</html>", "provider-unavailable", "200")]
    [InlineData(201, "", "provider-unavailable", null)]
    [InlineData(201, "{}", "provider-unavailable", null)]
    [InlineData(200, """{"code":300,"message":"an error with status 200"}""", "provider-unavailable", null)]
    [InlineData(201, """{"id":123,"join_url":"javascript:alert(1)"}""", "provider-unavailable", null)]
    public async Task What_Zoom_does_wrong_is_told_and_nothing_half_done_is_left(int status, string body, string code, string? providerCode)
    {
        service.Zoom.Fault = async (call, context) =>
        {
            if (call.Method != "POST" || call.Target == "/oauth/token") return false;
            context.Response.StatusCode = status;
            context.Response.ContentType = body.StartsWith('<') ? "text/html" : "application/json";
            await context.Response.WriteAsync(body, Ct);
            return true;
        };
        var before = await service.OwnerQueryAsync<long>("select (select count(*) from meeting) + (select count(*) from meeting_creation)");

        var answer = await service.CreateAsync(service.School.Teacher, service.Request(("title", "Fails")), $"fails-{Guid.NewGuid():n}");

        var problem = await CreateMeetingTests.RefusedAsync(answer, code == "provider-refused" ? HttpStatusCode.BadGateway : HttpStatusCode.ServiceUnavailable, code);
        if (providerCode is not null) Assert.Equal(providerCode, Text(problem, "providerCode"));
        Assert.DoesNotContain("someone@", problem.ToJsonString(), StringComparison.Ordinal);
        Assert.Equal(code == "provider-unavailable", answer.Headers.RetryAfter is not null);
        Assert.Equal(before, await service.OwnerQueryAsync<long>("select (select count(*) from meeting) + (select count(*) from meeting_creation)"));
    }

    [Fact]
    public async Task The_daily_limit_says_when_to_come_back()
    {
        service.Zoom.Fault = async (call, context) =>
        {
            if (call.Method != "POST" || call.Target == "/oauth/token") return false;
            context.Response.Headers["X-RateLimit-Type"] = "Daily-limit";
            // Zoom writes an instant here, which the typed header of .NET does not read.
            context.Response.Headers.RetryAfter = DateTimeOffset.UtcNow.AddMinutes(30).ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", System.Globalization.CultureInfo.InvariantCulture);
            await FakeZoom.RefuseAsync(context, 429, 429, "You have reached the maximum daily rate limit.");
            return true;
        };

        var answer = await service.CreateAsync(service.School.Teacher, service.Request());

        await CreateMeetingTests.RefusedAsync(answer, HttpStatusCode.ServiceUnavailable, "provider-unavailable");
        Assert.InRange(answer.Headers.RetryAfter!.Delta!.Value, TimeSpan.FromMinutes(28), TimeSpan.FromMinutes(31));
    }

    [Fact]
    public async Task The_limit_per_second_is_waited_out()
    {
        var refused = 0;
        service.Zoom.Fault = async (call, context) =>
        {
            if (call.Method != "POST" || call.Target == "/oauth/token" || Interlocked.Increment(ref refused) > 1) return false;
            context.Response.Headers["X-RateLimit-Type"] = "QPS";
            await FakeZoom.RefuseAsync(context, 429, 429, "You have reached the maximum per-second rate limit.");
            return true;
        };

        Assert.Equal(HttpStatusCode.Created, (await service.CreateAsync(service.School.Teacher, service.Request())).StatusCode);
    }

    [Fact]
    public async Task A_token_that_died_early_is_replaced_once_and_asked_for_once()
    {
        await service.MeetingAsync();
        service.Zoom.RevokeTokens();
        var tokens = Tokens();

        var answers = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => service.CreateAsync(service.School.Teacher, service.Request())));

        Assert.All(answers, answer => Assert.Equal(HttpStatusCode.Created, answer.StatusCode));
        Assert.Equal(tokens + 1, Tokens());
    }

    [Fact]
    public async Task A_connection_cut_off_after_Zoom_made_it_leaves_nothing_there_either()
    {
        service.Zoom.Fault = (call, context) =>
        {
            if (call.Method != "POST" || call.Target == "/oauth/token") return Task.FromResult(false);
            service.Zoom.Make(call.Body);
            context.Abort();
            return Task.FromResult(true);
        };
        var before = service.Zoom.Meetings;
        await CreateMeetingTests.RefusedAsync(await service.CreateAsync(service.School.Teacher, service.Request()), HttpStatusCode.ServiceUnavailable, "provider-unavailable");
        service.Zoom.Fault = null;
        Assert.Equal(before.Count + 1, service.Zoom.Meetings.Count);

        await service.OwnerQueryAsync<int>("update provider_orphan set look_at = now() - interval '1 second'");
        await service.HalfDone.RunAsync(Ct);

        Assert.Equal(before.Order(), service.Zoom.Meetings.Order());
    }

    [Fact]
    public async Task A_Zoom_that_never_answers_is_not_waited_for_longer_than_ten_seconds()
    {
        using var hung = new CancellationTokenSource();
        service.Zoom.Fault = async (call, context) =>
        {
            if (call.Method != "POST" || call.Target == "/oauth/token") return false;
            await Task.WhenAny(Task.Delay(Timeout.Infinite, hung.Token), Task.Delay(Timeout.Infinite, context.RequestAborted));
            return true;
        };
        var waited = System.Diagnostics.Stopwatch.StartNew();

        await CreateMeetingTests.RefusedAsync(await service.CreateAsync(service.School.Teacher, service.Request()), HttpStatusCode.ServiceUnavailable, "provider-unavailable");

        Assert.InRange(waited.Elapsed, TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(25));
        await hung.CancelAsync();
    }

    [Fact]
    public async Task A_caller_hears_from_us_before_the_gateway_gives_us_up_for_a_Zoom_that_answers_no_question()
    {
        var meeting = await service.MeetingAsync();
        using var hung = new CancellationTokenSource();
        service.Zoom.Fault = async (call, context) =>
        {
            // Questions may be repeated, and are, for half a minute.
            if (call.Method != "GET") return false;
            await Task.WhenAny(Task.Delay(Timeout.Infinite, hung.Token), Task.Delay(Timeout.Infinite, context.RequestAborted));
            return true;
        };
        var waited = System.Diagnostics.Stopwatch.StartNew();

        var answer = await service.PatchAsync(meeting, ("password", "n3w-one"));

        Assert.Equal(System.Net.HttpStatusCode.ServiceUnavailable, answer.StatusCode);
        Assert.InRange(waited.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(25));
        service.Zoom.Fault = null;
        await hung.CancelAsync();
        await service.UntilAsync(MeetingService.Text(meeting, "id"), m => MeetingService.Text(m, "providerState") == "pending", "it to be brought back");
    }

    [Fact]
    public async Task Credentials_that_Zoom_does_not_take_are_said_to_be_so()
    {
        service.Zoom.RevokeTokens();
        service.Zoom.Fault = async (call, context) =>
        {
            if (call.Target != "/oauth/token") return false;
            context.Response.StatusCode = 401;
            await context.Response.WriteAsync("""{"reason":"Invalid client_id or client_secret","error":"invalid_client"}""", Ct);
            return true;
        };

        var problem = await CreateMeetingTests.RefusedAsync(await service.CreateAsync(service.School.Teacher, service.Request()), HttpStatusCode.BadGateway, "provider-refused");

        Assert.DoesNotContain("zoom-development", problem.ToJsonString(), StringComparison.Ordinal);
        service.Zoom.Fault = null;
        await Eventually.Holds(async () => (await service.CreateAsync(service.School.Teacher, service.Request())).IsSuccessStatusCode, "Zoom to be asked again");
    }

    [Fact]
    public async Task A_directory_that_is_down_and_needed_is_a_503()
    {
        var stranger = service.School.Class(service.School.Teacher);
        service.Directory.IsDown = true;
        try
        {
            await CreateMeetingTests.RefusedAsync(
                await service.CreateAsync(service.School.Teacher, service.Request(("classId", stranger.ToString()))), HttpStatusCode.ServiceUnavailable, "directory-unavailable");
        }
        finally
        {
            service.Directory.IsDown = false;
        }
    }

    private int Tokens() => service.Zoom.Calls.Count(call => call.Target == "/oauth/token");
}

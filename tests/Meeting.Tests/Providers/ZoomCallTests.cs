using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;
using Meetings.Meeting.Providers;
using Meetings.Meeting.Tests.Scheduling;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using static Meetings.Meeting.Tests.MeetingService;

namespace Meetings.Meeting.Tests.Providers;

/// <summary>Changing, ending, removing and the report, behind Zoom's port, and every wrong answer to them; and what becomes of the end of a meeting by it.</summary>
[Trait("Hostile", "65")]
public sealed class ZoomCallTests(ProvokedMeetingService service) : IClassFixture<ProvokedMeetingService>, IDisposable
{
    private const string Number = "85746065432";

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private static readonly (string Name, string Method, string Path, Func<IMeetingProvider, Task> Make)[] Changes =
    [
        ("update", "PATCH", $"/v2/meetings/{Number}", port => port.UpdateAsync(Number, Plan, Ct)),
        ("end", "PUT", $"/v2/meetings/{Number}/status", port => port.EndAsync(Number, Ct)),
        ("delete", "DELETE", $"/v2/meetings/{Number}", port => port.DeleteAsync(Number, Ct)),
    ];

    public void Dispose() => service.Zoom.Fault = null;

    [Theory]
    [InlineData(400, """{"code":300,"message":"Invalid field."}""", "Refused", "300")]
    [InlineData(401, """{"code":124,"message":"Invalid access token."}""", "Refused", "124")]
    [InlineData(403, """{"code":4711,"message":"No scope."}""", "Refused", "4711")]
    [InlineData(404, """{"code":1001,"message":"User does not exist: someone@school.example."}""", "Refused", "1001")]
    [InlineData(409, """{"code":"3000","message":"Conflict."}""", "Refused", "3000")]
    [InlineData(401, "<html>Log in</html>", "Unavailable", "401")]
    [InlineData(403, "<html>Blocked</html>", "Unavailable", "403")]
    [InlineData(404, "404 page not found", "Unavailable", "404")]
    [InlineData(409, "", "Unavailable", "409")]
    [InlineData(400, "[]", "Unavailable", "400")]
    [InlineData(500, """{"code":1,"message":"oops"}""", "Unavailable", "500")]
    [InlineData(502, "<html>Bad gateway</html>", "Unavailable", "502")]
    [InlineData(503, "", "Unavailable", "503")]
    [InlineData(0, "", "Unavailable", null)]
    public async Task A_change_that_is_answered_wrongly_is_told_for_what_it_is_and_made_once(int status, string body, string failure, string? code)
    {
        foreach (var (name, method, path, make) in Changes)
        {
            var made = 0;
            Answer(method, path, context =>
            {
                made++;
                return AnswerAsync(context, status, body);
            });

            var told = await FailedAsync(make);

            Assert.True((failure, code, failure == "Unavailable") == (told.Failure.ToString(), told.Code, told.MayHaveHappened), $"{name}: {told.Failure} {told.Code} {told.MayHaveHappened}");
            Assert.DoesNotContain("someone@", told.Message, StringComparison.Ordinal);
            // A token that is not taken is replaced, once.
            Assert.Equal(status == 401 ? 2 : 1, made);
        }
    }

    [Theory]
    [InlineData("update", 404, """{"code":3001,"message":"Meeting does not exist."}""", "NotEnded")]
    [InlineData("end", 404, """{"code":3001,"message":"Meeting does not exist."}""", null)]
    [InlineData("end", 400, """{"code":3001,"message":"The meeting is not in progress."}""", null)]
    [InlineData("delete", 404, """{"code":3001,"message":"Meeting does not exist."}""", null)]
    [InlineData("delete", 400, """{"code":3007,"message":"Cannot access meeting information."}""", null)]
    [InlineData("delete", 400, """{"code":3002,"message":"Meeting in progress."}""", "Refused")]
    [InlineData("end", 400, """{"code":3007,"message":"Cannot access meeting information."}""", "Refused")]
    public async Task What_is_gone_is_removed_and_ended_but_not_changed(string name, int status, string body, string? failure)
    {
        var (_, method, path, make) = Changes.Single(change => change.Name == name);
        Answer(method, path, context => AnswerAsync(context, status, body));

        if (failure is null) await WorksAsync(make);
        else Assert.Equal((failure, false), ((await FailedAsync(make)) is var told ? (told.Failure.ToString(), told.MayHaveHappened) : default));
    }

    [Theory]
    [InlineData(null, 1)]
    [InlineData("0", 0)]
    [InlineData("120", 120)]
    [InlineData("1.5", 1.5)]
    [InlineData("soon", 1)]
    [InlineData("-5", 1)]
    [InlineData("in half an hour", 1800)]
    [InlineData("99999999999", 172800)]
    public async Task A_limit_says_when_to_come_back_and_nothing_was_done(string? retryAfter, double seconds)
    {
        if (retryAfter == "in half an hour") retryAfter = DateTimeOffset.UtcNow.AddMinutes(30).ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
        foreach (var (_, method, path, make) in Changes)
        {
            Answer(method, path, context =>
            {
                if (retryAfter is not null) context.Response.Headers.RetryAfter = retryAfter;
                return AnswerAsync(context, 429, """{"code":429,"message":"You have reached the maximum rate limit."}""");
            });

            var told = await FailedAsync(make);

            Assert.Equal((ProviderFailure.Unavailable, "429", false), (told.Failure, told.Code, told.MayHaveHappened));
            Assert.InRange(told.RetryAfter!.Value.TotalSeconds, seconds - 30, seconds);
        }
    }

    [Fact]
    public async Task Silence_is_borne_for_about_ten_seconds_by_whatever_change()
    {
        using var hung = new CancellationTokenSource();
        service.Zoom.Fault = async (call, context) =>
        {
            if (!call.Target.StartsWith("/v2", StringComparison.Ordinal)) return false;
            await Task.WhenAny(Task.Delay(Timeout.Infinite, hung.Token), Task.Delay(Timeout.Infinite, context.RequestAborted));
            return true;
        };
        var waited = System.Diagnostics.Stopwatch.StartNew();

        var told = await Task.WhenAll(Changes.Select(change => FailedAsync(change.Make)));

        Assert.InRange(waited.Elapsed, TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(25));
        Assert.All(told, one => Assert.Equal((ProviderFailure.Unavailable, null, true), (one.Failure, one.Code, one.MayHaveHappened)));
        await hung.CancelAsync();
    }

    [Theory]
    // A report that is not made yet, and one that its app may not read.
    [InlineData(404, """{"code":3001,"message":"Meeting does not exist."}""", "NotEnded", "3001")]
    [InlineData(400, """{"code":1010,"message":"User does not belong to this account."}""", "Refused", "1010")]
    [InlineData(401, """{"code":124,"message":"Invalid access token."}""", "Refused", "124")]
    [InlineData(403, """{"code":4711,"message":"No scope."}""", "Refused", "4711")]
    [InlineData(409, """{"code":"3000","message":"Conflict."}""", "Refused", "3000")]
    [InlineData(404, "<html>Not here</html>", "Unavailable", "404")]
    // No report at all.
    [InlineData(200, "{}", "Unavailable", null)]
    [InlineData(200, "[]", "Unavailable", "200")]
    [InlineData(200, "<html>Log in</html>", "Unavailable", "200")]
    [InlineData(200, "", "Unavailable", null)]
    [InlineData(200, """{"participants":null,"next_page_token":""}""", "Unavailable", null)]
    [InlineData(200, """{"participants":{"user_id":"1"}}""", "Unavailable", "200")]
    [InlineData(200, """{"participants":[{"user_id":"1"}""", "Unavailable", "200")]
    public async Task A_report_that_is_none_is_told_for_what_it_is(int status, string body, string failure, string? code)
    {
        Answer("GET", "/v2/report/meetings/", context => AnswerAsync(context, status, body));

        var told = await FailedAsync(ReadAsync);

        Assert.Equal((failure, code, false), (told.Failure.ToString(), told.Code, told.MayHaveHappened));
    }

    [Theory]
    [InlineData(429, "")]
    [InlineData(500, """{"code":1,"message":"oops"}""")]
    [InlineData(502, "<html>Bad gateway</html>")]
    [InlineData(0, "")]
    public async Task A_report_is_asked_for_again_when_Zoom_is_not_able_for_a_moment(int status, string body)
    {
        var asked = 0;
        Answer("GET", "/v2/report/meetings/", context => ++asked == 1 ? AnswerAsync(context, status, body) : context.Response.WriteAsJsonAsync(Page("1", next: ""), Ct));

        await WorksAsync(ReadAsync);

        Assert.Equal(2, asked);
    }

    [Fact]
    public async Task A_report_whose_second_page_is_none_is_not_taken_for_the_whole()
    {
        Answer("GET", "/v2/report/meetings/", context => context.Request.Query.ContainsKey("next_page_token")
            ? AnswerAsync(context, 400, """{"code":300,"message":"The next page token is invalid or expired."}""")
            : context.Response.WriteAsJsonAsync(Page("1", next: "more"), Ct));

        Assert.Equal("300", (await FailedAsync(ReadAsync)).Code);
    }

    [Fact]
    public async Task A_report_that_never_ends_is_given_up()
    {
        Answer("GET", "/v2/report/meetings/", context => context.Response.WriteAsJsonAsync(Page("1", next: "again"), Ct));

        Assert.Equal(ProviderFailure.Unavailable, (await FailedAsync(ReadAsync)).Failure);
    }

    [Theory]
    [InlineData(401, """{"code":124,"message":"Invalid access token."}""", "provider-refused", "124")]
    [InlineData(403, """{"code":4711,"message":"No scope."}""", "provider-refused", "4711")]
    [InlineData(409, """{"code":"3000","message":"Conflict."}""", "provider-refused", "3000")]
    [InlineData(429, """{"code":429,"message":"slow down"}""", "provider-unavailable", "429")]
    [InlineData(500, """{"code":1,"message":"oops"}""", "provider-unavailable", "500")]
    [InlineData(502, "<html>Bad gateway</html>", "provider-unavailable", "502")]
    [InlineData(0, "", "provider-unavailable", null)]
    public async Task A_meeting_that_Zoom_does_not_end_goes_on_and_can_be_ended_later(int status, string body, string code, string? providerCode)
    {
        var meeting = await service.MeetingAsync();
        await service.OpenAsync(meeting);
        var (id, number) = (Text(meeting, "id"), Text(meeting, "providerMeetingId"));
        Answer("PUT", $"/v2/meetings/{number}/status", context => AnswerAsync(context, status, body));
        var before = await AsItIsAsync(id);

        // To be deleted, it has to be ended first.
        foreach (var action in (string?[])["end", null])
        {
            var answer = await service.DoAsync(service.School.Teacher, id, action);
            var problem = await CreateMeetingTests.RefusedAsync(answer, code == "provider-refused" ? HttpStatusCode.BadGateway : HttpStatusCode.ServiceUnavailable, code);
            Assert.Equal(providerCode, (string?)problem["providerCode"]);
            Assert.Equal(code == "provider-unavailable", answer.Headers.RetryAfter is not null);
            Assert.Equal(before, await AsItIsAsync(id));
        }

        service.Zoom.Fault = null;
        Assert.Equal("ended", Text(await JsonAsync(await service.DoAsync(service.School.Teacher, id, "end")), "state"));
        Assert.Equal(HttpStatusCode.NoContent, (await service.DoAsync(service.School.Teacher, id, null)).StatusCode);
    }

    /// <summary>What people see of it, what runs of it, and what is at work on it.</summary>
    private async Task<string> AsItIsAsync(string id) => (await service.OwnerQueryAsync<string>(
        """
        select jsonb_build_array(m.state, m.version, m.deleted_at, m.ended_at, m.join_url,
            (select jsonb_agg(s.ended_at) from sitting s where s.provider = m.provider and s.provider_meeting_id = m.provider_meeting_id),
            (select count(*) from meeting_audit a where a.meeting_id = m.id), (select count(*) from meeting_change c where c.meeting_id = m.id)) #>> '{}'
        from meeting m where m.id = @id
        """, new { id = Guid.Parse(id) }))[0];

    private static MeetingPlan Plan => new(
        new PlanKey(Guid.NewGuid(), "teacher@school.example"), "Algebra", null, DateTimeOffset.UtcNow.AddDays(1), 45, "Asia/Manila", null, WaitingRoom: true, new MeetingSettings());

    private static JsonObject Page(string user, string next) => new()
    {
        ["participants"] = new JsonArray(new JsonObject { ["user_id"] = user, ["join_time"] = "2026-11-20T06:00:00Z" }), ["next_page_token"] = next,
    };

    private static async Task ReadAsync(IMeetingProvider port)
    {
        await foreach (var row in port.PastParticipantsAsync(Number, "uuid==", Ct)) Assert.Equal("1", row.SessionNumber);
    }

    /// <summary>Zoom's answer to these calls; all others are answered rightly.</summary>
    private void Answer(string method, string path, Func<HttpContext, Task> answer) => service.Zoom.Fault = async (call, context) =>
    {
        if (call.Method != method || !call.Target.StartsWith(path, StringComparison.Ordinal)) return false;
        await answer(context);
        return true;
    };

    private static Task AnswerAsync(HttpContext context, int status, string body)
    {
        if (status == 0)
        {
            context.Abort();
            return Task.CompletedTask;
        }

        context.Response.StatusCode = status;
        context.Response.ContentType = body.StartsWith('<') ? "text/html" : "application/json";
        return context.Response.WriteAsync(body, Ct);
    }

    private Task<ProviderException> FailedAsync(Func<IMeetingProvider, Task> make) => Assert.ThrowsAsync<ProviderException>(() => WorksAsync(make));

    private async Task WorksAsync(Func<IMeetingProvider, Task> make)
    {
        await using var scope = service.Host.Services.CreateAsyncScope();
        await make(scope.ServiceProvider.GetRequiredService<MeetingProviders>()["zoom"]);
    }
}

/// <summary>The Meeting service with a Zoom that goes wrong most of the time.</summary>
public sealed class ProvokedMeetingService : MeetingService
{
    public ProvokedMeetingService() => IsProvoked = true;
}

using System.Net;
using Meetings.Meeting.Tests.Scheduling;
using Microsoft.AspNetCore.Http;
using static Meetings.Meeting.Tests.MeetingService;

namespace Meetings.Meeting.Tests.Providers;

/// <summary>What becomes of changes when Zoom does not play along: both have it, or in the end neither has.</summary>
[Trait("Hostile", "65")]
public sealed class ChangeFailureTests(MeetingService service) : IClassFixture<MeetingService>, IDisposable
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public void Dispose() => service.Zoom.Fault = null;

    [Theory]
    [InlineData(400, """{"code":300,"message":"Invalid field."}""", "provider-refused", "current")]
    [InlineData(401, """{"code":124,"message":"Invalid access token."}""", "provider-refused", "current")]
    [InlineData(404, """{"code":3001,"message":"Meeting does not exist: 85."}""", "provider-refused", "current")]
    [InlineData(409, """{"code":"3000","message":"Conflict."}""", "provider-refused", "current")]
    [InlineData(429, """{"code":429,"message":"You have reached the maximum daily rate limit."}""", "provider-unavailable", "current")]
    [InlineData(500, """{"code":1,"message":"oops"}""", "provider-unavailable", "pending")]
    [InlineData(502, "<html>Bad gateway</html>", "provider-unavailable", "pending")]
    [InlineData(403, "<html>Blocked</html>", "provider-unavailable", "pending")]
    [InlineData(0, "", "provider-unavailable", "pending")]
    public async Task A_change_that_Zoom_does_not_confirm_is_none(int status, string body, string code, string providerState)
    {
        var meeting = await service.MeetingAsync();
        var number = Text(meeting, "providerMeetingId");
        service.Zoom.Fault = async (call, context) =>
        {
            if (call.Method != "PATCH") return false;
            // Where it is open whether Zoom did it, it did.
            if (providerState == "pending") service.Zoom.Change(number, call.Body);
            if (status == 0) context.Abort();
            else await AnswerAsync(context, status, body);
            return true;
        };

        var problem = await CreateMeetingTests.RefusedAsync(
            await service.PatchAsync(meeting, ("title", "Half done"), ("durationMinutes", 90)),
            code == "provider-refused" ? HttpStatusCode.BadGateway : HttpStatusCode.ServiceUnavailable, code);

        Assert.DoesNotContain("85.", problem.ToJsonString(), StringComparison.Ordinal);
        service.Zoom.Fault = null;
        var left = await service.GetAsync(service.School.Teacher, $"/{Text(meeting, "id")}");
        Assert.Equal(("Algebra 7B", 48, providerState), (Text(left, "title"), (int)left["durationMinutes"]!, Text(left, "providerState")));
        Assert.Equal(providerState == "pending" ? "Half done" : "Algebra 7B", (string?)service.Zoom[number]["topic"]);

        await FollowAsync();

        Assert.Equal(("Algebra 7B", 48), ((string?)service.Zoom[number]["topic"], (int)service.Zoom[number]["duration"]!));
        Assert.Equal("current", Text(await service.GetAsync(service.School.Teacher, $"/{Text(meeting, "id")}"), "providerState"));
        Assert.True((await service.PatchAsync(meeting, ("title", "Done"))).IsSuccessStatusCode);
        Assert.Equal("Done", (string?)service.Zoom[number]["topic"]);
    }

    [Fact]
    public async Task A_password_that_arrived_although_we_said_no_does_not_make_the_join_link_wrong()
    {
        var meeting = await service.MeetingAsync(("password", "old"));
        var number = Text(meeting, "providerMeetingId");
        service.Zoom.Fault = (call, context) =>
        {
            if (call.Method != "PATCH") return Task.FromResult(false);
            service.Zoom.Change(number, call.Body);
            context.Abort();
            return Task.FromResult(true);
        };
        await CreateMeetingTests.RefusedAsync(await service.PatchAsync(meeting, ("password", "new")), HttpStatusCode.ServiceUnavailable, "provider-unavailable");
        service.Zoom.Fault = null;

        await FollowAsync();

        Assert.Equal((string?)service.Zoom[number]["join_url"], Text(await service.GetAsync(service.School.Teacher, $"/{Text(meeting, "id")}"), "joinUrl"));
    }

    [Fact]
    public async Task A_change_cut_off_in_the_middle_is_taken_back_and_keeps_nobody_from_the_next()
    {
        foreach (var somebodyComes in new[] { false, true })
        {
            var meeting = await service.MeetingAsync();
            var number = Text(meeting, "providerMeetingId");
            // Its worker died after Zoom had it and before we had.
            service.Zoom.Change(number, """{"topic":"Cut off"}""");
            await service.OwnerQueryAsync<int>(
                "insert into meeting_change (meeting_id, action, actor_id, lease, lease_until) values (@Id, 'edit', @PersonId, gen_random_uuid(), now() - interval '1 second')",
                new { Id = Guid.Parse(Text(meeting, "id")), service.School.Teacher.PersonId });

            if (somebodyComes) Assert.True((await service.PatchAsync(meeting, ("description", "Chapter 4"))).IsSuccessStatusCode);
            else await FollowAsync();

            Assert.Equal("Algebra 7B", (string?)service.Zoom[number]["topic"]);
            Assert.Equal("current", Text(await service.GetAsync(service.School.Teacher, $"/{Text(meeting, "id")}"), "providerState"));
            Assert.Empty(await service.OwnerQueryAsync<Guid>("select meeting_id from provider_follow union all select meeting_id from meeting_change"));
        }
    }

    [Fact]
    [Trait("Acceptance", "X18")]
    public async Task A_meeting_is_called_off_also_when_Zoom_is_away_and_goes_there_as_soon_as_it_is_back()
    {
        var meeting = await service.MeetingAsync();
        service.Zoom.Fault = async (call, context) =>
        {
            if (call.Method != "DELETE") return false;
            await AnswerAsync(context, 503, "<html>Away</html>");
            return true;
        };

        var cancelled = await JsonAsync(await service.DoAsync(service.School.Teacher, Text(meeting, "id"), "cancel"));

        Assert.Equal(("cancelled", "pending"), (Text(cancelled, "state"), Text(cancelled, "providerState")));
        Assert.Contains(Text(meeting, "providerMeetingId"), service.Zoom.Meetings);
        service.Zoom.Fault = null;
        await FollowAsync();
        Assert.DoesNotContain(Text(meeting, "providerMeetingId"), service.Zoom.Meetings);
        Assert.Equal("current", Text(await service.GetAsync(service.School.Teacher, $"/{Text(meeting, "id")}"), "providerState"));
    }

    [Fact]
    public async Task What_Zoom_refuses_for_good_is_shown_and_not_tried_for_ever()
    {
        var meeting = await service.MeetingAsync();
        service.Zoom.Fault = async (call, context) =>
        {
            if (call.Method is not ("DELETE" or "PUT")) return false;
            await AnswerAsync(context, 400, """{"code":4711,"message":"Invalid access token, does not contain scopes."}""");
            return true;
        };

        Assert.Equal("refused", Text(await JsonAsync(await service.DoAsync(service.School.Teacher, Text(meeting, "id"), "cancel")), "providerState"));

        Assert.Equal("refused", Text(await service.GetAsync(service.School.Teacher, $"/{Text(meeting, "id")}"), "providerState"));
        Assert.Empty(await service.OwnerQueryAsync<Guid>("select meeting_id from provider_follow where meeting_id = @Id", new { Id = Guid.Parse(Text(meeting, "id")) }));
    }

    [Fact]
    public async Task What_was_opened_at_Zoom_although_it_is_called_off_is_ended_and_removed_there()
    {
        var meeting = await service.MeetingAsync();
        service.Zoom.Open(Text(meeting, "providerMeetingId"));

        Assert.Equal("current", Text(await JsonAsync(await service.DoAsync(service.School.Teacher, Text(meeting, "id"), "cancel")), "providerState"));

        Assert.DoesNotContain(Text(meeting, "providerMeetingId"), service.Zoom.Meetings);
    }

    /// <summary>The time has come to bring Zoom in line.</summary>
    private async Task FollowAsync()
    {
        await service.OwnerQueryAsync<int>("update provider_follow set due_at = now()");
        await service.Unfollowed.RunAsync(Ct);
    }

    private static Task AnswerAsync(HttpContext context, int status, string body)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = body.StartsWith('<') ? "text/html" : "application/json";
        return context.Response.WriteAsync(body, Ct);
    }
}

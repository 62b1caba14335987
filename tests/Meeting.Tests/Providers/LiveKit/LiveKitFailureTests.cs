using System.Net;
using Meetings.Meeting.Tests.Scheduling;
using static Meetings.Meeting.Tests.MeetingService;

namespace Meetings.Meeting.Tests.Providers.LiveKit;

[Trait("Hostile", "65")]
public sealed class LiveKitFailureTests(LiveKitService livekit) : IClassFixture<LiveKitService>, IAsyncLifetime
{
    private const string Rows = "select (select count(*) from meeting) + (select count(*) from meeting_creation)";

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => await livekit.ResetAsync();

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Theory]
    [InlineData(401, "invalid token: devkey, error: …", "text/plain", "provider-refused", "unauthenticated")]
    [InlineData(401, """{"code":"unauthenticated","msg":"permissions denied"}""", "application/json", "provider-refused", "unauthenticated")]
    [InlineData(400, """{"code":"invalid_argument","msg":"room name length exceeds limits"}""", "application/json", "provider-refused", "invalid_argument")]
    [InlineData(404, """{"code":"not_found","msg":"twirp error unknown: requested room does not exist"}""", "application/json", "provider-refused", "not_found")]
    [InlineData(429, """{"code":"resource_exhausted","msg":"slow down"}""", "application/json", "provider-unavailable", "resource_exhausted")]
    [InlineData(500, """{"code":"internal","msg":"oops"}""", "application/json", "provider-unavailable", "internal")]
    [InlineData(503, """{"code":"unavailable","msg":"no response from servers"}""", "application/json", "provider-unavailable", "unavailable")]
    [InlineData(502, "<html>Bad gateway</html>", "text/html", "provider-unavailable", "502")]
    [InlineData(401, "<html>Log in</html>", "text/html", "provider-unavailable", "401")]
    [InlineData(200, "<html>Log in</html>", "text/html", "provider-unavailable", "200")]
    [InlineData(200, "", "application/protobuf", "provider-unavailable", null)]
    [InlineData(200, "<html>", "application/protobuf", "provider-unavailable", null)]
    [InlineData(404, "404 page not found", "text/plain", "provider-unavailable", "404")]
    public async Task What_LiveKit_does_wrong_is_told_and_nothing_half_done_is_left(int status, string body, string contentType, string code, string? providerCode)
    {
        await livekit.FailAsync(new { method = "CreateRoom", status, body, contentType }, times: 10);
        var before = await livekit.Service.OwnerQueryAsync<long>(Rows);

        var answer = await livekit.CreateAsync(livekit.School.Teacher, $"fails-{Guid.NewGuid():n}");

        var problem = await CreateMeetingTests.RefusedAsync(answer, code == "provider-refused" ? HttpStatusCode.BadGateway : HttpStatusCode.ServiceUnavailable, code);
        if (providerCode is not null) Assert.Equal(providerCode, Text(problem, "providerCode"));
        Assert.DoesNotContain("devkey", problem.ToJsonString(), StringComparison.Ordinal);
        Assert.Equal(code == "provider-unavailable", answer.Headers.RetryAfter is not null);
        Assert.Equal(before, await livekit.Service.OwnerQueryAsync<long>(Rows));
    }

    [Fact]
    public async Task A_server_that_is_not_able_for_a_moment_is_asked_again()
    {
        await livekit.FailAsync(new { method = "CreateRoom", status = 503, body = """{"code":"unavailable","msg":"no response from servers"}""", contentType = "application/json" });
        await livekit.FailAsync(new { method = "CreateRoom", abort = true, hasEffect = true });

        var meeting = await livekit.MeetingAsync();

        Assert.Equal("ready", Text(meeting, "state"));
        Assert.NotNull(await livekit.RoomAsync(Text(meeting, "providerMeetingId")));
    }

    [Fact]
    public async Task A_room_that_was_made_although_the_answer_was_lost_is_removed_there_too()
    {
        await livekit.FailAsync(new { method = "CreateRoom", abort = true, hasEffect = true }, times: 3);
        var last = await LastRoomAsync();
        await CreateMeetingTests.RefusedAsync(await livekit.CreateAsync(livekit.School.Teacher, null), HttpStatusCode.ServiceUnavailable, "provider-unavailable");
        var orphan = await LastRoomAsync();
        Assert.NotEqual(last, orphan);
        Assert.NotNull(await livekit.RoomAsync(orphan!));

        // Others of this class leave orphans, too: those of calls that had no effect are looked for again later.
        const string ItsOrphan = "meeting_id = (select meeting_id from livekit_room where name = @orphan)";
        await livekit.Service.OwnerQueryAsync<int>($"update provider_orphan set look_at = now() - interval '1 day' where {ItsOrphan}", new { orphan });
        await livekit.HalfDone.RunAsync(Ct);

        Assert.Null(await livekit.RoomAsync(orphan!));
        Assert.Equal(0, (await livekit.Service.OwnerQueryAsync<long>($"select count(*) from provider_orphan where {ItsOrphan}", new { orphan }))[0]);
    }

    [Fact]
    public async Task A_creation_that_died_half_way_is_adopted_with_the_room_that_it_made_or_removed_without_one()
    {
        var (made, unmade) = (await livekit.MeetingAsync(), await livekit.MeetingAsync());
        await livekit.ControlAsync($"rooms/{Text(unmade, "providerMeetingId")}/forget");
        foreach (var meeting in new[] { made, unmade })
        {
            await livekit.Service.OwnerQueryAsync<int>(
                """
                update meeting set provider_meeting_id = null, join_url = null, state = 'scheduled', version = 0 where id = @id;
                insert into meeting_creation (meeting_id, owner_id, fingerprint, lease, lease_until, created_at)
                values (@id, @id, '', gen_random_uuid(), now() - interval '1 minute', now() - interval '10 minutes')
                on conflict (meeting_id) do update set answer = null, lease_until = excluded.lease_until, created_at = excluded.created_at
                """, new { id = Guid.Parse(Text(meeting, "id")) });
        }

        await livekit.HalfDone.RunAsync(Ct);

        var adopted = await livekit.ReadAsync(livekit.School.Teacher, Text(made, "id"));
        Assert.Equal(("ready", Text(made, "providerMeetingId"), Text(made, "joinUrl")), (Text(adopted, "state"), Text(adopted, "providerMeetingId"), Text(adopted, "joinUrl")));
        Assert.Equal(HttpStatusCode.NotFound, (await livekit.GetAsync(livekit.School.Teacher, Text(unmade, "id"))).StatusCode);
    }

    [Fact]
    public async Task A_LiveKit_that_never_answers_is_not_waited_for_longer_than_about_ten_seconds()
    {
        await livekit.FailAsync(new { method = "CreateRoom", delaySeconds = 60 }, times: 5);
        var waited = System.Diagnostics.Stopwatch.StartNew();

        await CreateMeetingTests.RefusedAsync(await livekit.CreateAsync(livekit.School.Teacher, null), HttpStatusCode.ServiceUnavailable, "provider-unavailable");

        Assert.InRange(waited.Elapsed, TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(25));
    }

    [Fact]
    public async Task A_class_of_tomorrow_is_planned_while_LiveKit_is_away_and_its_room_waits_for_it_to_come_back()
    {
        await livekit.FailAsync(new { method = "CreateRoom", status = 503, body = "", contentType = "text/plain" }, times: 3);

        var meeting = await livekit.MeetingAsync(("startsAt", DateTimeOffset.UtcNow.AddDays(1).ToString("o")));
        await CreateMeetingTests.RefusedAsync(
            await livekit.GetAsync(livekit.School.Teacher, $"{Text(meeting, "id")}/token"), HttpStatusCode.ServiceUnavailable, "provider-unavailable");
        Assert.Equal("scheduled", Text(await livekit.ReadAsync(livekit.School.Teacher, Text(meeting, "id")), "state"));

        await livekit.ReadAsync(livekit.School.Teacher, $"{Text(meeting, "id")}/token");
        Assert.Equal("ready", Text(await livekit.ReadAsync(livekit.School.Teacher, Text(meeting, "id")), "state"));
    }

    private async Task<string?> LastRoomAsync() =>
        (await livekit.Service.OwnerQueryAsync<string>("select name from livekit_room order by named_at desc, name desc limit 1")).SingleOrDefault();
}

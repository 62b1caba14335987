using System.Net;
using System.Text.Json.Nodes;
using Meetings.Meeting.Tests.Scheduling;
using static Meetings.Meeting.Tests.MeetingService;

namespace Meetings.Meeting.Tests.Providers.LiveKit;

/// <summary>Meetings on LiveKit that are changed, called off and deleted: with and without an open room, and when LiveKit does not play along.</summary>
public sealed class LiveKitChangeTests(ProvokedLiveKitService livekit) : IClassFixture<ProvokedLiveKitService>, IAsyncLifetime
{
    private const string Away = """{"code":"unavailable","msg":"no response from servers"}""";
    private const string Unauthenticated = """{"code":"unauthenticated","msg":"permissions denied"}""";

    private MeetingService Service => livekit.Service;

    private Fakes.School School => livekit.School;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => await livekit.ResetAsync();

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task An_open_room_becomes_what_is_changed_and_stays_the_same_room_with_everybody_in_it()
    {
        var meeting = await livekit.MeetingAsync();
        await livekit.JoinAsync(School.Student, meeting);
        var before = (await RoomAsync(meeting))!;

        var changed = await JsonAsync(await Service.PatchAsync(
            meeting, ("title", "Geometry"), ("durationMinutes", 90), ("settings", new JsonObject { ["maxParticipants"] = 9, ["recordingEnabled"] = true })));

        Assert.Equal(("Geometry", "current", 9), (Text(changed, "title"), Text(changed, "providerState"), (int)changed["settings"]!["maxParticipants"]!));
        var room = (await RoomAsync(meeting))!;
        Assert.Equal((Text(before, "sid"), 9, 1), (Text(room, "sid"), (int)room["maxParticipants"]!, room["participants"]!.AsArray().Count));
        Assert.True((bool)JsonNode.Parse(Text(room, "metadata"))!["recording_enabled"]!);
        Assert.DoesNotContain("Geometry", room.ToJsonString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_room_that_is_not_open_is_not_opened_by_a_change_and_has_it_when_it_is()
    {
        var meeting = await TomorrowAsync();

        var changed = await JsonAsync(await Service.PatchAsync(meeting, ("title", "Geometry"), ("settings", new JsonObject { ["maxParticipants"] = 9 })));

        Assert.Equal(("Geometry", "scheduled", "current"), (Text(changed, "title"), Text(changed, "state"), Text(changed, "providerState")));
        Assert.Null(await RoomAsync(meeting));
        await livekit.ReadAsync(School.Teacher, $"{Text(meeting, "id")}/token");
        Assert.Equal(9, (int)(await RoomAsync(meeting))!["maxParticipants"]!);
    }

    [Fact]
    public async Task What_does_not_concern_LiveKit_is_changed_without_it()
    {
        var meeting = await livekit.MeetingAsync();
        await livekit.FailAsync(new { status = 503, body = Away, contentType = "application/json" }, times: 20);

        var changed = await JsonAsync(await Service.PatchAsync(meeting, ("audience", "all")));

        Assert.Equal(("all", "current"), (Text(changed, "audience"), Text(changed, "providerState")));
    }

    [Theory]
    [Trait("Hostile", "65")]
    // Asked whether the room is open: nothing has been changed there.
    [InlineData("ListRooms", 401, Unauthenticated, "provider-refused", "unauthenticated", "current")]
    [InlineData("ListRooms", 429, "", "provider-unavailable", "429", "current")]
    [InlineData("ListRooms", 500, """{"code":"internal","msg":"oops"}""", "provider-unavailable", "internal", "current")]
    [InlineData("ListRooms", 502, "<html>Bad gateway</html>", "provider-unavailable", "502", "current")]
    [InlineData("ListRooms", 200, "<html>Log in</html>", "provider-unavailable", "200", "current")]
    [InlineData("ListRooms", 0, "", "provider-unavailable", null, "current")]
    // Told to change it: where it is open whether it did, it did.
    [InlineData("CreateRoom", 401, Unauthenticated, "provider-refused", "unauthenticated", "current")]
    [InlineData("CreateRoom", 404, """{"code":"not_found","msg":"no such node"}""", "provider-refused", "not_found", "current")]
    [InlineData("CreateRoom", 409, """{"code":"already_exists","msg":"exists"}""", "provider-refused", "already_exists", "current")]
    [InlineData("CreateRoom", 429, """{"code":"resource_exhausted","msg":"slow down"}""", "provider-unavailable", "resource_exhausted", "current")]
    [InlineData("CreateRoom", 500, """{"code":"internal","msg":"oops"}""", "provider-unavailable", "internal", "pending")]
    [InlineData("CreateRoom", 502, "<html>Bad gateway</html>", "provider-unavailable", "502", "pending")]
    [InlineData("CreateRoom", 200, "<html>Log in</html>", "provider-unavailable", "200", "pending")]
    [InlineData("CreateRoom", 0, "", "provider-unavailable", null, "pending")]
    public async Task A_change_that_LiveKit_does_not_confirm_is_none(string method, int status, string body, string code, string? providerCode, string providerState)
    {
        var meeting = await livekit.MeetingAsync();
        var sid = Text((await RoomAsync(meeting))!, "sid");
        var contentType = body.StartsWith('<') ? "text/html" : "application/json";
        var hasEffect = providerState == "pending";
        await livekit.FailAsync(status == 0 ? new { method, abort = true, hasEffect } : new { method, status, body, contentType, hasEffect }, times: Attempts(status, code));

        var problem = await RefusedAsync(
            await Service.PatchAsync(meeting, ("title", "Half done"), ("settings", new JsonObject { ["maxParticipants"] = 9 })),
            code == "provider-refused" ? HttpStatusCode.BadGateway : HttpStatusCode.ServiceUnavailable, code);

        Assert.Equal(providerCode, (string?)problem["providerCode"]);
        await AssertStoodAsync();
        Assert.Equal(hasEffect ? 9 : 50, (int)(await RoomAsync(meeting))!["maxParticipants"]!);

        await FollowAsync();

        providerState = "current";
        await AssertStoodAsync();
        Assert.Equal((sid, 50), (Text((await RoomAsync(meeting))!, "sid"), (int)(await RoomAsync(meeting))!["maxParticipants"]!));
        Assert.True((await Service.PatchAsync(meeting, ("settings", new JsonObject { ["maxParticipants"] = 7 }))).IsSuccessStatusCode);
        Assert.Equal(7, (int)(await RoomAsync(meeting))!["maxParticipants"]!);

        async Task AssertStoodAsync()
        {
            var now = await Service.GetAsync(School.Teacher, $"/{Text(meeting, "id")}");
            Assert.Equal(("Algebra 7B", null, providerState), (Text(now, "title"), (int?)now["settings"]!["maxParticipants"], Text(now, "providerState")));
        }
    }

    [Fact]
    [Trait("Hostile", "65")]
    public async Task A_change_that_LiveKit_never_answers_is_given_up_before_its_caller_does()
    {
        var meeting = await livekit.MeetingAsync();
        await livekit.FailAsync(new { method = "CreateRoom", delaySeconds = 60 }, times: 10);
        var waited = System.Diagnostics.Stopwatch.StartNew();

        await RefusedAsync(await Service.PatchAsync(meeting, ("title", "Half done")), HttpStatusCode.ServiceUnavailable, "provider-unavailable");

        Assert.InRange(waited.Elapsed, TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(25));
        var now = await Service.GetAsync(School.Teacher, $"/{Text(meeting, "id")}");
        Assert.Equal(("Algebra 7B", "pending"), (Text(now, "title"), Text(now, "providerState")));
    }

    [Theory]
    [Trait("Acceptance", "X18")]
    [InlineData("cancel")]
    [InlineData("delete")]
    public async Task With_a_meeting_that_is_called_off_or_deleted_its_room_goes_and_every_way_into_it(string how)
    {
        var meeting = await livekit.MeetingAsync();
        var id = Text(meeting, "id");
        await livekit.JoinAsync(School.Student, meeting);

        Assert.True((await DoAsync(meeting, how)).IsSuccessStatusCode);

        Assert.Null(await RoomAsync(meeting));
        Assert.Equal("current", await ProviderStateAsync(meeting));
        var code = how == "cancel" ? "meeting-cancelled" : "meeting-not-found";
        foreach (var caller in (ServiceDefaults.Security.Caller[])[School.Student, School.Teacher, School.Admin])
        {
            await BadRequests.RefusedAsync(await livekit.GetAsync(caller, $"{id}/token"), code);
            await BadRequests.RefusedAsync(await Service.SendRawAsync(caller, $"POST meetings/{id}/join", """{"displayName":"Ana"}"""), code);
        }

        await BadRequests.RefusedAsync(await Service.SendRawAsync(School.Teacher, $"POST meetings/{id}/room", "{}"), code);
        // Nor is it made again by looking for it.
        await livekit.GetAsync(School.Teacher, $"{id}/room");
        Assert.Null(await RoomAsync(meeting));
    }

    [Theory]
    [InlineData("cancel")]
    [InlineData("delete")]
    public async Task A_meeting_whose_room_was_never_opened_is_called_off_and_deleted_as_well(string how)
    {
        var meeting = await TomorrowAsync();

        Assert.True((await DoAsync(meeting, how)).IsSuccessStatusCode);

        Assert.Equal("current", await ProviderStateAsync(meeting));
        Assert.Null(await RoomAsync(meeting));
    }

    [Theory]
    [Trait("Hostile", "65")]
    [InlineData("cancel", 404, """{"code":"not_found","msg":"requested room does not exist"}""", "current")]
    [InlineData("cancel", 401, Unauthenticated, "refused")]
    [InlineData("cancel", 409, """{"code":"failed_precondition","msg":"not now"}""", "refused")]
    [InlineData("cancel", 429, """{"code":"resource_exhausted","msg":"slow down"}""", "pending")]
    [InlineData("cancel", 500, """{"code":"internal","msg":"oops"}""", "pending")]
    [InlineData("cancel", 502, "<html>Bad gateway</html>", "pending")]
    [InlineData("cancel", 200, "<html>Log in</html>", "pending")]
    [InlineData("cancel", 0, "", "pending")]
    [InlineData("delete", 401, Unauthenticated, "refused")]
    [InlineData("delete", 503, Away, "pending")]
    [InlineData("delete", 0, "", "pending")]
    public async Task A_meeting_is_called_off_and_deleted_whatever_LiveKit_says_and_its_room_goes_when_it_can(string how, int status, string body, string providerState)
    {
        var meeting = await livekit.MeetingAsync();
        var contentType = body.StartsWith('<') ? "text/html" : "application/json";
        await livekit.FailAsync(status == 0 ? new { method = "DeleteRoom", abort = true } : new { method = "DeleteRoom", status, body, contentType }, times: status switch { 404 => 1, 429 => 1, < 500 and not 0 and not 200 => 2, _ => 3 });

        Assert.True((await DoAsync(meeting, how)).IsSuccessStatusCode);

        Assert.Equal(providerState, await ProviderStateAsync(meeting));
        Assert.NotNull(await RoomAsync(meeting));
        await BadRequests.RefusedAsync(await livekit.GetAsync(School.Student, $"{Text(meeting, "id")}/token"), how == "cancel" ? "meeting-cancelled" : "meeting-not-found");

        await FollowAsync();

        // What was refused for good is not asked for ever.
        Assert.Equal(providerState == "pending" ? "current" : providerState, await ProviderStateAsync(meeting));
        Assert.Equal(providerState != "pending", await RoomAsync(meeting) is not null);
        Assert.Empty(await Service.OwnerQueryAsync<Guid>("select meeting_id from provider_follow where meeting_id = @id", Id(meeting)));
    }

    [Fact]
    [Trait("Hostile", "65")]
    public async Task Nobody_waits_long_for_a_meeting_to_be_called_off_while_LiveKit_is_silent()
    {
        var meeting = await livekit.MeetingAsync();
        await livekit.FailAsync(new { method = "DeleteRoom", delaySeconds = 60 });
        var waited = System.Diagnostics.Stopwatch.StartNew();

        var cancelled = await JsonAsync(await DoAsync(meeting, "cancel"));

        Assert.InRange(waited.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(15));
        Assert.Equal(("cancelled", "pending"), (Text(cancelled, "state"), Text(cancelled, "providerState")));
        await FollowAsync();
        Assert.Null(await RoomAsync(meeting));
    }

    // What is not there or not able is asked three times.
    private static int Attempts(int status, string code) => code == "provider-refused" || status == 429 ? 1 : 3;

    private Task<JsonObject> TomorrowAsync() => livekit.MeetingAsync(("startsAt", DateTimeOffset.UtcNow.AddDays(1).ToString("o")));

    private Task<JsonObject?> RoomAsync(JsonObject meeting) => livekit.RoomAsync(Text(meeting, "providerMeetingId"));

    private Task<HttpResponseMessage> DoAsync(JsonObject meeting, string how) => Service.DoAsync(School.Teacher, Text(meeting, "id"), how == "delete" ? null : how);

    private async Task<string> ProviderStateAsync(JsonObject meeting) =>
        (await Service.OwnerQueryAsync<string>("select provider_state from meeting where id = @id", Id(meeting)))[0];

    private static object Id(JsonObject meeting) => new { id = Guid.Parse(Text(meeting, "id")) };

    /// <summary>The time has come to bring LiveKit in line.</summary>
    private async Task FollowAsync()
    {
        await Service.OwnerQueryAsync<int>("update provider_follow set due_at = now()");
        await Service.Unfollowed.RunAsync(Ct);
    }

    private static Task<JsonObject> RefusedAsync(HttpResponseMessage answer, HttpStatusCode status, string code) => CreateMeetingTests.RefusedAsync(answer, status, code);
}

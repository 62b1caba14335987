using System.Net;
using System.Text.Json.Nodes;
using Meetings.Meeting.Tests.Providers.LiveKit;
using Meetings.Meeting.Tests.Scheduling;
using Meetings.ServiceDefaults.Security;
using Meetings.Testing;
using static Meetings.Meeting.Tests.MeetingService;

namespace Meetings.Meeting.Tests.Joining;

/// <summary>A room that is opened ahead of its time by people, once.</summary>
[Trait("Acceptance", "S3-10")]
public sealed class OpenRoomTests(ProvokedLiveKitService livekit) : IClassFixture<ProvokedLiveKitService>, IAsyncLifetime
{
    private MeetingService Service => livekit.Service;

    private Fakes.School School => livekit.School;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => await livekit.ResetAsync();

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task A_room_is_opened_ahead_of_its_time_once()
    {
        var lesson = await LessonAsync();
        var (id, name) = (Text(lesson, "id"), Text(lesson, "providerMeetingId"));

        var answer = await OpenAsync(School.Teacher, id);

        Assert.Equal((HttpStatusCode.Created, $"/api/v1/meetings/{id}/room"), (answer.StatusCode, answer.Headers.Location?.OriginalString));
        var room = await JsonAsync(answer);
        Assert.Equal(
            (id, Text(lesson, "roomId"), "livekit", name, Text(lesson, "joinUrl"), null),
            (Text(room, "meetingId"), Text(room, "roomId"), Text(room, "provider"), Text(room, "roomName"), Text(room, "joinUrl"), room["maxParticipants"]));
        Assert.InRange(room["createdAt"]!.GetValue<DateTimeOffset>(), DateTimeOffset.UtcNow.AddMinutes(-1), DateTimeOffset.UtcNow);
        Assert.Equal("ready", Text(await Service.GetAsync(School.Teacher, $"/{id}"), "state"));
        var there = await livekit.RoomAsync(name);
        Assert.Equal(50, (int)there!["maxParticipants"]!);
        await Eventually.Holds(() => Task.FromResult(Service.Heard(id).Any(heard => heard.State == "ready")), "the others to be told");
        var before = await Service.StoredAsync(id);

        await RefusedAsync(await OpenAsync(School.Teacher, id), HttpStatusCode.Conflict, "room-exists");
        await RefusedAsync(await OpenAsync(School.Admin, Text(lesson, "roomId"), """{"maxParticipants":9}"""), HttpStatusCode.Conflict, "room-exists");

        Assert.Equal(before, await Service.StoredAsync(id));
        Assert.Equal(there.ToJsonString(), (await livekit.RoomAsync(name))!.ToJsonString());
        Assert.Equal([("scheduled", 1L), ("ready", 2L)], Service.Heard(id).Select(heard => (heard.State, heard.Version)));
    }

    [Fact]
    public async Task Of_many_at_the_same_moment_one_opens_the_one_room()
    {
        var lesson = await LessonAsync();
        var id = Text(lesson, "id");

        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(n => OpenAsync(n % 2 == 0 ? School.Teacher : School.Admin, id)));

        Assert.Single(answers, answer => answer.StatusCode is HttpStatusCode.Created);
        foreach (var other in answers.Where(answer => answer.StatusCode is not HttpStatusCode.Created)) await RefusedAsync(other, HttpStatusCode.Conflict, "room-exists");
        Assert.NotNull(await livekit.RoomAsync(Text(lesson, "providerMeetingId")));
        Assert.Equal([2L], await Service.OwnerQueryAsync<long>("select version from meeting where id = @id", new { id = Guid.Parse(id) }));
    }

    [Fact]
    public async Task Of_several_sizes_at_the_same_moment_the_room_has_the_one_that_was_taken()
    {
        for (var round = 0; round < 5; round++)
        {
            var lesson = await LessonAsync();
            var id = Text(lesson, "id");

            var answers = await Task.WhenAll(Enumerable.Range(10, 6).Select(size => OpenAsync(School.Teacher, id, $$"""{"maxParticipants":{{size}}}""")));

            var taken = (int)(await JsonAsync(Assert.Single(answers, answer => answer.StatusCode is HttpStatusCode.Created)))["maxParticipants"]!;
            Assert.Equal(taken, (int)(await Service.GetAsync(School.Teacher, $"/{id}"))["settings"]!["maxParticipants"]!);
            Assert.Equal(taken, (int)(await livekit.RoomAsync(Text(lesson, "providerMeetingId")))!["maxParticipants"]!);
        }
    }

    [Theory]
    [InlineData("{}", null, null, 50)]
    [InlineData("""{"maxParticipants":null}""", null, null, 50)]
    [InlineData("""{"maxParticipants":1}""", null, 1, 1)]
    [InlineData("""{"maxParticipants":1000}""", null, 1000, 1000)]
    [InlineData("{}", 7, 7, 7)]
    [InlineData("""{"maxParticipants":9}""", 7, 9, 9)]
    public async Task How_many_fit_is_what_is_asked_for_or_else_what_was_planned(string body, int? planned, int? told, int there)
    {
        var lesson = planned is null ? await LessonAsync() : await LessonAsync(("settings", new JsonObject { ["maxParticipants"] = planned }));

        var room = await JsonAsync(await OpenAsync(School.Teacher, Text(lesson, "id"), body));

        Assert.Equal(told, (int?)room["maxParticipants"]);
        Assert.Equal(there, (int)(await livekit.RoomAsync(Text(lesson, "providerMeetingId")))!["maxParticipants"]!);
        Assert.Equal(told, (int?)(await Service.GetAsync(School.Teacher, $"/{Text(lesson, "id")}"))["settings"]!["maxParticipants"]);
    }

    [Theory]
    [InlineData("teacher", null)]
    [InlineData("admin", null)]
    [InlineData("supervisor", null)]
    [InlineData("super", null)]
    [InlineData("coHost", "meeting-not-yours")]
    [InlineData("student", "meeting-not-yours")]
    [InlineData("parent", "meeting-not-yours")]
    [InlineData("otherTeacher", "meeting-not-found")]
    [InlineData("otherStudent", "meeting-not-found")]
    [InlineData("otherParent", "meeting-not-found")]
    [InlineData("otherAcademysAdmin", "meeting-not-found")]
    [InlineData("otherAcademysTeacher", "meeting-not-found")]
    [InlineData("nobody", "unauthenticated")]
    public async Task A_room_is_opened_by_those_who_run_the_meeting(string who, string? refusal)
    {
        var lesson = await LessonAsync();
        if (who == "coHost")
            Assert.True((await Service.PatchAsync(lesson, ("coHosts", new JsonArray(School.OtherTeacher.PersonId.ToString())))).IsSuccessStatusCode);

        var answer = await OpenAsync(Caller(who), Text(lesson, "id"));

        if (refusal is null) Assert.Equal(HttpStatusCode.Created, answer.StatusCode);
        else await BadRequests.RefusedAsync(answer, refusal);
        Assert.Equal(refusal is null, await livekit.RoomAsync(Text(lesson, "providerMeetingId")) is not null);
    }

    [Theory]
    [InlineData("open", "room-exists")]
    [InlineData("zoom", "room-exists")]
    [InlineData("cancelled", "meeting-cancelled")]
    [InlineData("deleted", "meeting-not-found")]
    [InlineData("being made", "creation-in-progress")]
    [InlineData("provider gone", "meeting-provider-gone")]
    public async Task No_room_is_opened_where_there_is_one_or_must_be_none(string what, string code)
    {
        var meeting = what switch
        {
            "open" => await livekit.MeetingAsync(),
            "zoom" => await Service.MeetingAsync(),
            _ => await LessonAsync(),
        };
        var id = Text(meeting, "id");
        if (what == "cancelled") Assert.True((await Service.DoAsync(School.Teacher, id, "cancel")).IsSuccessStatusCode);
        if (what == "deleted") Assert.True((await Service.DoAsync(School.Teacher, id, null)).IsSuccessStatusCode);
        if (what == "being made") await Service.OwnerQueryAsync<int>("update meeting set provider_meeting_id = null where id = @id", new { id = Guid.Parse(id) });
        if (what == "provider gone") await Service.OwnerQueryAsync<int>("update meeting set provider = 'gone' where id = @id", new { id = Guid.Parse(id) });
        var (before, room) = (await Service.StoredAsync(id), await livekit.RoomAsync(Text(meeting, "providerMeetingId")));

        await BadRequests.RefusedAsync(await OpenAsync(School.Teacher, id), code);

        Assert.Equal(before, await Service.StoredAsync(id));
        Assert.Equal(room?.ToJsonString(), (await livekit.RoomAsync(Text(meeting, "providerMeetingId")))?.ToJsonString());
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("""{"maxParticipants":5,"maxParticipants":6}""")]
    [InlineData("null", "")]
    [InlineData("[]", "")]
    [InlineData("50", "")]
    [InlineData("""{"maxParticipants":0}""", "maxParticipants")]
    [InlineData("""{"maxParticipants":-1}""", "maxParticipants")]
    [InlineData("""{"maxParticipants":1001}""", "maxParticipants")]
    [InlineData("""{"maxParticipants":2.5}""", "maxParticipants")]
    [InlineData("""{"maxParticipants":1e400}""", "maxParticipants")]
    [InlineData("""{"maxParticipants":99999999999999999999}""", "maxParticipants")]
    [InlineData("""{"maxParticipants":"50"}""", "maxParticipants")]
    [InlineData("""{"maxParticipants":"\u0000"}""", "maxParticipants")]
    [InlineData("""{"maxParticipants":"…"}""", "maxParticipants")]
    [InlineData("""{"maxParticipants":true}""", "maxParticipants")]
    [InlineData("""{"maxParticipants":[50]}""", "maxParticipants")]
    public async Task No_room_is_opened_by_what_cannot_be_understood(string? body, string? field = null)
    {
        var lesson = await LessonAsync();
        var before = await Service.StoredAsync(Text(lesson, "id"));

        await BadRequests.RefusedAsync(await OpenAsync(School.Teacher, Text(lesson, "id"), body), "invalid-request", field);

        Assert.Equal(before, await Service.StoredAsync(Text(lesson, "id")));
        Assert.Null(await livekit.RoomAsync(Text(lesson, "providerMeetingId")));
    }

    [Theory]
    [Trait("Hostile", "65")]
    [InlineData(401, "invalid token: devkey, error: …", "text/plain", "provider-refused", "unauthenticated")]
    [InlineData(401, """{"code":"unauthenticated","msg":"permissions denied"}""", "application/json", "provider-refused", "unauthenticated")]
    [InlineData(404, """{"code":"not_found","msg":"no such node"}""", "application/json", "provider-refused", "not_found")]
    [InlineData(409, """{"code":"already_exists","msg":"exists"}""", "application/json", "provider-refused", "already_exists")]
    [InlineData(429, """{"code":"resource_exhausted","msg":"slow down"}""", "application/json", "provider-unavailable", "resource_exhausted", 77, 77)]
    [InlineData(429, "", "text/plain", "provider-unavailable", "429", null, 1)]
    [InlineData(500, """{"code":"internal","msg":"oops"}""", "application/json", "provider-unavailable", "internal")]
    [InlineData(502, "<html>Bad gateway</html>", "text/html", "provider-unavailable", "502")]
    [InlineData(503, "", "text/plain", "provider-unavailable", "503", 33, 33)]
    [InlineData(200, "<html>Log in</html>", "text/html", "provider-unavailable", "200")]
    [InlineData(200, "", "application/protobuf", "provider-unavailable", null)]
    public async Task What_LiveKit_does_wrong_is_told_and_nothing_half_done_is_left(
        int status, string body, string contentType, string code, string? providerCode, int? retryAfter = null, int waits = 10)
    {
        var lesson = await LessonAsync();
        var (id, before) = (Text(lesson, "id"), await Service.StoredAsync(Text(lesson, "id")));
        await livekit.FailAsync(new { method = "CreateRoom", status, body, contentType, retryAfter }, times: 10);

        var answer = await OpenAsync(School.Teacher, id, """{"maxParticipants":9}""");

        var problem = await RefusedAsync(answer, code == "provider-refused" ? HttpStatusCode.BadGateway : HttpStatusCode.ServiceUnavailable, code);
        Assert.Equal(providerCode, (string?)problem["providerCode"]);
        Assert.Equal(code == "provider-refused" ? null : TimeSpan.FromSeconds(waits), answer.Headers.RetryAfter?.Delta);
        Assert.DoesNotContain("devkey", problem.ToJsonString(), StringComparison.Ordinal);
        await livekit.ResetAsync();
        await NothingIsHalfDoneAsync(lesson, before);
    }

    [Theory]
    [Trait("Hostile", "65")]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_connection_that_breaks_leaves_nothing_half_done(bool hasEffect)
    {
        var lesson = await LessonAsync();
        var before = await Service.StoredAsync(Text(lesson, "id"));
        await livekit.FailAsync(new { method = "CreateRoom", abort = true, hasEffect }, times: 3);

        await RefusedAsync(await OpenAsync(School.Teacher, Text(lesson, "id"), """{"maxParticipants":9}"""), HttpStatusCode.ServiceUnavailable, "provider-unavailable");

        Assert.Equal(hasEffect, await livekit.RoomAsync(Text(lesson, "providerMeetingId")) is not null);
        await NothingIsHalfDoneAsync(lesson, before);
    }

    [Fact]
    [Trait("Hostile", "65")]
    public async Task A_LiveKit_that_never_answers_is_not_waited_for_longer_than_about_ten_seconds()
    {
        var lesson = await LessonAsync();
        var before = await Service.StoredAsync(Text(lesson, "id"));
        await livekit.FailAsync(new { method = "CreateRoom", delaySeconds = 60 }, times: 10);
        var waited = System.Diagnostics.Stopwatch.StartNew();

        await RefusedAsync(await OpenAsync(School.Teacher, Text(lesson, "id")), HttpStatusCode.ServiceUnavailable, "provider-unavailable");

        Assert.InRange(waited.Elapsed, TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(25));
        await livekit.ResetAsync();
        await NothingIsHalfDoneAsync(lesson, before);
    }

    /// <summary>Nothing has changed here, and whoever asks again has the room.</summary>
    private async Task NothingIsHalfDoneAsync(JsonObject lesson, string before)
    {
        Assert.Equal(before, await Service.StoredAsync(Text(lesson, "id")));
        Assert.Equal(HttpStatusCode.Created, (await OpenAsync(School.Teacher, Text(lesson, "id"), """{"maxParticipants":11}""")).StatusCode);
        Assert.Equal(11, (int)(await livekit.RoomAsync(Text(lesson, "providerMeetingId")))!["maxParticipants"]!);
    }

    /// <summary>A lesson of tomorrow, whose room is not open yet.</summary>
    private Task<JsonObject> LessonAsync(params (string Field, JsonNode? Value)[] changes) =>
        livekit.MeetingAsync([("startsAt", DateTimeOffset.UtcNow.AddDays(1).ToString("o")), .. changes]);

    private Task<HttpResponseMessage> OpenAsync(Caller? caller, string id, string? body = "{}") => Service.SendRawAsync(caller, $"POST meetings/{id}/room", body);

    private static Task<JsonObject> RefusedAsync(HttpResponseMessage answer, HttpStatusCode status, string code) => CreateMeetingTests.RefusedAsync(answer, status, code);

    private Caller? Caller(string who) => who switch
    {
        "teacher" => School.Teacher,
        "admin" => School.Admin,
        "supervisor" => School.Supervisor,
        "super" => Fakes.School.Super,
        "coHost" or "otherTeacher" => School.OtherTeacher,
        "student" => School.Student,
        "otherStudent" => School.OtherStudent,
        "parent" => School.Parent,
        "otherParent" => School.OtherParent,
        "otherAcademysAdmin" => Service.Other.Admin,
        "otherAcademysTeacher" => Service.Other.Teacher,
        _ => null,
    };
}

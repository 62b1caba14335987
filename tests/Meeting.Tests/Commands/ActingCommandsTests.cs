using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Meetings.Contracts.Sittings;
using Meetings.Meeting.Tests.Providers.LiveKit;
using Meetings.ServiceDefaults.Security;
using Meetings.Testing;
using static Meetings.Meeting.Tests.MeetingService;
using static Meetings.Meeting.Tests.Scheduling.CreateMeetingTests;

namespace Meetings.Meeting.Tests.Commands;

/// <summary>Commands that do something besides being heard, and notices of what becomes of people's places.</summary>
[Trait("Acceptance", "S3-27")]
public sealed class ActingCommandsTests(LiveKitService livekit) : IClassFixture<LiveKitService>, IAsyncLifetime
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private MeetingService Service => livekit.Service;

    private Fakes.School School => livekit.School;

    public ValueTask InitializeAsync() => new(livekit.ResetAsync());

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task Whoever_is_kicked_is_out_of_the_room_and_does_not_come_back_until_readmitted()
    {
        var meeting = await LiveAsync();
        await JoinDoorAsync(School.Student, meeting);
        await livekit.JoinAsync(School.Student, meeting);
        Assert.Equal(2, await PeopleAsync(meeting));

        await GiveAsync(meeting, "kick", School.Student);

        await Eventually.Holds(async () => await PeopleAsync(meeting) == 1, "the student to be out of the provider's room");
        await RefusedAsync(await livekit.GetAsync(School.Student, $"{Text(meeting, "id")}/token"), HttpStatusCode.Forbidden, "admission-required");
        await RefusedAsync(await JoinAsync(School.Student, meeting), HttpStatusCode.Forbidden, "removed-from-meeting");
        Assert.Equal("rejected", Text(await livekit.ReadAsync(School.Student, $"{Text(meeting, "id")}/status"), "status"));

        await GiveAsync(meeting, "readmit", School.Student);
        Assert.Equal("admitted", Text(await JsonAsync(await JoinAsync(School.Student, meeting)), "status"));
        await livekit.ReadAsync(School.Student, $"{Text(meeting, "id")}/token");
        Assert.Equal(["kick", "readmit"], await AuditAsync(meeting));
    }

    [Fact]
    public async Task Who_was_kicked_without_a_place_gets_none_and_a_host_who_admits_them_lifts_it()
    {
        var meeting = await LiveAsync();
        await GiveAsync(meeting, "kick", School.Student);

        await RefusedAsync(await livekit.GetAsync(School.Student, $"{Text(meeting, "id")}/token"), HttpStatusCode.Forbidden, "admission-required");
        await RefusedAsync(await JoinAsync(School.Student, meeting), HttpStatusCode.Forbidden, "removed-from-meeting");

        // Those who run the meeting cannot be kept out by another who does.
        await GiveAsync(meeting, "kick", School.Supervisor);
        Assert.Equal(HttpStatusCode.OK, (await JoinAsync(School.Supervisor, meeting)).StatusCode);
    }

    [Fact]
    public async Task A_provider_that_is_away_is_asked_again_until_they_are_out()
    {
        var meeting = await LiveAsync();
        await livekit.JoinAsync(School.Student, meeting);
        await livekit.FailAsync(new { method = "ListParticipants", status = 503 }, times: 6);

        await GiveAsync(meeting, "kick", School.Student);
        await Eventually.Holds(
            async () =>
            {
                await Service.OwnerQueryAsync<int>("update meeting_expulsion set remove_at = now() where remove_at is not null");
                return await PeopleAsync(meeting) == 1;
            }, "the student to be out, when it is back");
    }

    [Fact]
    public async Task End_for_all_ends_the_meeting_and_tells_and_does_neither_when_the_provider_does_not()
    {
        var meeting = await LiveAsync();
        await livekit.FailAsync(new { method = "DeleteRoom", status = 503 }, times: 3);

        var refused = await PostAsync(meeting, new JsonObject { ["kind"] = "end_for_all" }, "end-1");
        Assert.Equal(HttpStatusCode.ServiceUnavailable, refused.StatusCode);
        Assert.Equal("live", Text(await Service.GetAsync(School.Teacher, $"/{Text(meeting, "id")}"), "state"));
        Assert.Empty(await CommandsAsync(School.Teacher, meeting));

        // The same request again, when it can be done; and once more, when it is done.
        var done = await PostAsync(meeting, new JsonObject { ["kind"] = "end_for_all" }, "end-1");
        Assert.Equal((HttpStatusCode.Created, null), (done.StatusCode, done.Headers.ETag));
        Assert.Equal("ended", Text(await Service.GetAsync(School.Teacher, $"/{Text(meeting, "id")}"), "state"));
        Assert.Null(await livekit.RoomAsync(Text(meeting, "providerMeetingId")));
        Assert.Equal(HttpStatusCode.Created, (await PostAsync(meeting, new JsonObject { ["kind"] = "end_for_all" }, "end-1")).StatusCode);
        Assert.Equal(["end_for_all"], (await CommandsAsync(School.Student, meeting)).Select(command => Text(command, "kind")));
    }

    [Fact]
    public async Task In_a_locked_room_newcomers_wait_and_who_was_in_comes_in_again()
    {
        var meeting = await LiveAsync();
        await JoinDoorAsync(School.Student, meeting);
        Assert.Equal(HttpStatusCode.Created, (await PostAsync(meeting, new JsonObject { ["kind"] = "lock" }, null)).StatusCode);

        Assert.Equal("waiting", Text(await JsonAsync(await JoinAsync(School.Parent, meeting)), "status"));
        await RefusedAsync(await livekit.GetAsync(School.Parent, $"{Text(meeting, "id")}/token"), HttpStatusCode.Forbidden, "admission-required");
        await Service.DoAsync(School.Student, Text(meeting, "id"), "leave");
        Assert.Equal("admitted", Text(await JsonAsync(await JoinAsync(School.Student, meeting)), "status"));
        Assert.Equal("admitted", Text(await JsonAsync(await JoinAsync(School.Supervisor, meeting)), "status"));

        Assert.Equal(HttpStatusCode.Created, (await PostAsync(meeting, new JsonObject { ["kind"] = "unlock" }, null)).StatusCode);
        Assert.Equal("admitted", Text(await JsonAsync(await JoinAsync(School.Parent, meeting)), "status"));
    }

    [Fact]
    [Trait("Acceptance", "S4-10")]
    [Trait("Acceptance", "S4-12")]
    public async Task Hosts_hear_who_waits_and_who_waited_hears_of_being_let_in_and_nobody_else_does()
    {
        var meeting = await LiveAsync(("settings", new JsonObject { ["latecomersWaitAfterMinutes"] = 0 }), ("startsAt", DateTimeOffset.UtcNow.AddMinutes(-30).ToString("o")));
        Assert.Equal("waiting", Text(await JsonAsync(await JoinAsync(School.Student, meeting)), "status"));

        var knock = Assert.Single(await Eventually.Get(() => CommandsAsync(School.Teacher, meeting), heard => heard.Count > 0, "the knock"));
        Assert.Equal(("knocking", School.Student.PersonId.ToString()), (Text(knock, "kind"), Text(knock, "subject")));
        Assert.Empty(await CommandsAsync(School.Student, meeting));

        await Service.DoAsync(School.Teacher, Text(meeting, "id"), "admit", new JsonObject { ["userId"] = School.Student.PersonId.ToString() });
        var heard = await Eventually.Get(() => CommandsAsync(School.Student, meeting), heard => heard.Count > 0, "the admission");
        Assert.Equal(["admitted"], heard.Select(command => Text(command, "kind")));
        Assert.Empty(await CommandsAsync(School.Parent, meeting));

        Assert.Equal(["admitted"], await AuditAsync(meeting));
    }

    [Fact]
    public async Task Whoever_is_refused_hears_that_and_nothing_more()
    {
        var meeting = await LiveAsync(("settings", new JsonObject { ["latecomersWaitAfterMinutes"] = 0 }), ("startsAt", DateTimeOffset.UtcNow.AddMinutes(-30).ToString("o")));
        await JoinAsync(School.Student, meeting);
        await using var south = await Service.StartReplicaAsync(Service.Zoom.Address, Service.Settings);
        using var client = Service.As(School.Student);
        client.BaseAddress = south.Rest;
        using var stream = await client.GetAsync(
            new Uri($"/api/v1/meetings/{Text(meeting, "id")}/stream", UriKind.Relative), HttpCompletionOption.ResponseHeadersRead, Ct);
        Assert.Equal(HttpStatusCode.OK, stream.StatusCode);

        await Service.DoAsync(School.Teacher, Text(meeting, "id"), "reject", new JsonObject { ["userId"] = School.Student.PersonId.ToString() });

        // It ends by itself, at another replica too.
        var heard = await stream.Content.ReadAsStringAsync(Ct);
        Assert.Contains("refused", heard, StringComparison.Ordinal);
        Assert.Contains("removed-from-meeting", heard, StringComparison.Ordinal);
    }

    /// <summary>A class on LiveKit that runs, with its teacher inside.</summary>
    private async Task<JsonObject> LiveAsync(params (string Field, JsonNode? Value)[] changes)
    {
        var meeting = await livekit.MeetingAsync(changes);
        await JoinDoorAsync(School.Teacher, meeting);
        await livekit.JoinAsync(School.Teacher, meeting);
        await Service.PublishAsync(new ParticipantJoined(
            Guid.NewGuid(), new SittingKey("livekit", Text(meeting, "providerMeetingId"), $"RM_{Guid.NewGuid():n}"), "PA_1",
            new ParticipantIdentity(Identity: School.Teacher.PersonId.ToString()), DateTimeOffset.UtcNow, DateTimeOffset.UtcNow));
        await Service.UntilAsync(Text(meeting, "id"), now => Text(now, "state") == "live", "it to be live");
        return meeting;
    }

    private Task<HttpResponseMessage> JoinAsync(Caller caller, JsonObject meeting) =>
        Service.DoAsync(caller, Text(meeting, "id"), "join", new JsonObject { ["displayName"] = "Somebody" });

    private async Task JoinDoorAsync(Caller caller, JsonObject meeting)
    {
        var answer = await JoinAsync(caller, meeting);
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync(Ct));
    }

    private async Task<int> PeopleAsync(JsonObject meeting) => (int)(await livekit.ReadAsync(School.Teacher, $"{Text(meeting, "id")}/room"))["participantCount"]!;

    private async Task GiveAsync(JsonObject meeting, string kind, params Caller[] targets)
    {
        var answer = await PostAsync(meeting, new JsonObject { ["kind"] = kind, ["targets"] = new JsonArray([.. targets.Select(one => (JsonNode)one.PersonId.ToString())]) }, null);
        Assert.True(answer.StatusCode is HttpStatusCode.Created, await answer.Content.ReadAsStringAsync(Ct));
    }

    private async Task<HttpResponseMessage> PostAsync(JsonObject meeting, JsonNode body, string? key)
    {
        using var client = Service.As(School.Teacher);
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/api/v1/meetings/{Text(meeting, "id")}/commands") { Content = JsonContent.Create(body) };
        if (key is not null) request.Headers.Add("Idempotency-Key", key);
        return await client.SendAsync(request, Ct);
    }

    private async Task<IReadOnlyList<JsonObject>> CommandsAsync(Caller caller, JsonObject meeting) =>
        [.. (await Service.GetAsync(caller, $"/{Text(meeting, "id")}/commands"))["items"]!.AsArray().Select(one => (JsonObject)one!)];

    private Task<IReadOnlyList<string>> AuditAsync(JsonObject meeting) =>
        Service.OwnerQueryAsync<string>("select action from meeting_audit where meeting_id = @id order by id", new { id = Guid.Parse(Text(meeting, "id")) });
}

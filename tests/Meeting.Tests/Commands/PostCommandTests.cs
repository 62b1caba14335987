using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Meetings.Meeting.Tests.Scheduling;
using Meetings.ServiceDefaults.Security;
using static Meetings.Meeting.Tests.Commands.CommandRoom;
using static Meetings.Meeting.Tests.MeetingService;

namespace Meetings.Meeting.Tests.Commands;

[Trait("Acceptance", "S3-27")]
public sealed class PostCommandTests(CommandRoom room) : IClassFixture<CommandRoom>
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Numbers_from_two_replicas_at_once_have_no_gap_and_no_duplicate_and_are_in_order()
    {
        var id = await room.MeetingAsync();
        var sent = await Task.WhenAll(Enumerable.Range(0, 60).Select(n => room.GiveAsync(id, Announce($"{n}"), replica: n % 2 == 0 ? room.North : room.South)));

        Assert.Equal(Enumerable.Range(1, 60).Select(n => (long)n), sent.Order());
        Assert.Equal(sent.Order(), await NumbersAsync(id, room.School.Student, room.South));

        var rows = await room.Service.OwnerQueryAsync<DateTime>("select sent_at from meeting_command where meeting_id = @id order by seq", new { id = Guid.Parse(id) });
        Assert.Equal(60, rows.Count);
    }

    [Fact]
    public async Task A_command_that_is_refused_late_leaves_no_gap()
    {
        var id = await room.MeetingAsync();
        Assert.Equal(1, await room.GiveAsync(id, Announce("one")));
        await room.PostAsync(id, room.School.Teacher, Announce("two"), key: "gap");
        await CreateMeetingTests.RefusedAsync(await room.PostAsync(id, room.School.Teacher, Announce("other"), key: "gap"), HttpStatusCode.UnprocessableEntity, "idempotency-key-reused");

        Assert.Equal(3, await room.GiveAsync(id, Announce("three")));
    }

    [Fact]
    [Trait("Hostile", "58")]
    public async Task The_same_key_at_two_replicas_is_one_command_with_one_answer()
    {
        var id = await room.MeetingAsync();
        var answers = await Task.WhenAll(Enumerable.Range(0, 10).Select(n => room.PostAsync(id, room.School.Teacher, Announce("once"), n % 2 == 0 ? room.North : room.South, "key-1")));

        Assert.All(answers, answer => Assert.Equal(HttpStatusCode.Created, answer.StatusCode));
        Assert.Single((await Task.WhenAll(answers.Select(answer => answer.Content.ReadAsStringAsync(Ct)))).Distinct());
        Assert.Equal([1], await NumbersAsync(id, room.School.Student, room.North));

        // Somebody else's key, and another meeting's, are others.
        Assert.Equal(HttpStatusCode.Created, (await room.PostAsync(id, room.School.Admin, Announce("once"), key: "key-1")).StatusCode);
        Assert.Equal([1, 2], await NumbersAsync(id, room.School.Student, room.North));
        Assert.Equal(HttpStatusCode.Created, (await room.PostAsync(await room.MeetingAsync(), room.School.Teacher, Announce("once"), key: "key-1")).StatusCode);
    }

    [Fact]
    [Trait("Hostile", "51")]
    public async Task Only_those_who_run_the_meeting_give_commands()
    {
        var id = await room.MeetingAsync(("audience", "all"));
        foreach (var caller in (Caller[])[room.School.Student, room.School.OtherStudent, room.School.Parent, room.School.OtherTeacher])
            await CreateMeetingTests.RefusedAsync(await room.PostAsync(id, caller, Announce("x")), HttpStatusCode.Forbidden, "command-not-allowed");
        foreach (var caller in room.Service.Other.Everyone)
            await CreateMeetingTests.RefusedAsync(await room.PostAsync(id, caller, Announce("x")), HttpStatusCode.NotFound, "meeting-not-found");
        await CreateMeetingTests.RefusedAsync(await room.PostAsync($"{Guid.NewGuid()}", room.School.Teacher, Announce("x")), HttpStatusCode.NotFound, "meeting-not-found");

        foreach (var caller in (Caller[])[room.School.Teacher, room.School.Admin, room.School.Supervisor, Fakes.School.Super])
            Assert.Equal(HttpStatusCode.Created, (await room.PostAsync(id, caller, Announce("x"))).StatusCode);
    }

    [Fact]
    [Trait("Hostile", "51")]
    public async Task What_one_may_not_know_of_cannot_be_heard_acknowledged_or_followed()
    {
        var id = await room.MeetingAsync();
        await room.GiveAsync(id, Announce("x"));
        foreach (var caller in (Caller[])[room.School.OtherStudent, room.School.OtherParent, room.Service.Other.Admin, room.Service.Other.Student])
        {
            using var client = As(caller, room.North);
            foreach (var path in (string[])["commands", "commands?wait=25", "commands/1", "stream"])
                await CreateMeetingTests.RefusedAsync(await client.GetAsync(new Uri($"/api/v1/meetings/{id}/{path}", UriKind.Relative), Ct), HttpStatusCode.NotFound, "meeting-not-found");
            await CreateMeetingTests.RefusedAsync(await AcknowledgeAsync(id, 1, caller, room.North), HttpStatusCode.NotFound, "meeting-not-found");

            await using var hub = await HubClient.OpenAsync(room.North.Rest, caller);
            Assert.Contains("meeting-not-found", (string)(await hub.CallAsync("Join", id, 0))["error"]!, StringComparison.Ordinal);
        }

        using var stranger = new HttpClient { BaseAddress = room.North.Rest };
        foreach (var path in (string[])[$"api/v1/meetings/{id}/commands", $"api/v1/meetings/{id}/stream", "hubs/meetings"])
            Assert.Equal(HttpStatusCode.Unauthorized, (await stranger.GetAsync(new Uri(path, UriKind.Relative), Ct)).StatusCode);
    }

    [Theory]
    [InlineData("commands?after=-1", "after")]
    [InlineData("commands?after=x", "after")]
    [InlineData("commands?after=99999999999999999999", "after")]
    [InlineData("commands?wait=26", "wait")]
    [InlineData("commands?wait=1.5", "wait")]
    [InlineData("stream?after=abc", "after")]
    public async Task A_place_that_is_none_is_told(string path, string field)
    {
        var id = await room.MeetingAsync();
        using var client = As(room.School.Student, room.North);
        var problem = await CreateMeetingTests.RefusedAsync(await client.GetAsync(new Uri($"/api/v1/meetings/{id}/{path}", UriKind.Relative), Ct), HttpStatusCode.BadRequest, "invalid-request");

        Assert.NotNull(problem["errors"]![field]);
    }

    [Fact]
    [Trait("Hostile", "54")]
    public async Task Huge_texts_and_bodies_are_refused_and_bad_ones_too()
    {
        var id = await room.MeetingAsync();
        await CreateMeetingTests.RefusedAsync(await room.PostAsync(id, room.School.Teacher, Announce(new string('x', 1001))), HttpStatusCode.BadRequest, "invalid-request");
        await CreateMeetingTests.RefusedAsync(await room.PostAsync(id, room.School.Teacher, For("kick", room.School.Teacher)), HttpStatusCode.BadRequest, "invalid-request");
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, (await room.PostAsync(id, room.School.Teacher, Announce(new string('x', 100_000)))).StatusCode);
        await CreateMeetingTests.RefusedAsync(await room.PostAsync(id, room.School.Teacher, Announce("x"), key: new string('k', 256)), HttpStatusCode.BadRequest, "invalid-request");

        using var client = As(room.School.Teacher, room.North);
        foreach (var body in (string[])["", "{", "[]", "\"x\"", """{"kind":"announce","text":"a","text":"b"}"""])
        {
            using var content = new StringContent(body, Encoding.UTF8, new MediaTypeHeaderValue("application/json"));
            Assert.Equal(HttpStatusCode.BadRequest, (await client.PostAsync(new Uri($"/api/v1/meetings/{id}/commands", UriKind.Relative), content, Ct)).StatusCode);
        }

        Assert.Equal(1, await room.GiveAsync(id, Announce(new string('ب', 1000))));
    }

    [Theory]
    [InlineData("cancelled", HttpStatusCode.Conflict)]
    [InlineData("finalised", HttpStatusCode.Conflict)]
    [InlineData("live", HttpStatusCode.Created)]
    [InlineData("ended", HttpStatusCode.Created)]
    public async Task A_meeting_that_is_over_takes_no_commands(string state, HttpStatusCode expected)
    {
        var id = await room.MeetingAsync();
        await room.Service.OwnerQueryAsync<int>("update meeting set state = @state where id = @id", new { id = Guid.Parse(id), state });

        var answer = await room.PostAsync(id, room.School.Teacher, Announce("x"));

        Assert.Equal(expected, answer.StatusCode);
        if (expected == HttpStatusCode.Conflict) await CreateMeetingTests.RefusedAsync(answer, expected, "meeting-over");
    }

    [Fact]
    public async Task A_room_id_serves_as_well_and_pages_are_bounded()
    {
        var meeting = await room.Service.MeetingAsync();
        var (id, roomId) = (Text(meeting, "id"), Text(meeting, "roomId"));
        for (var n = 0; n < 105; n += 15) await Task.WhenAll(Enumerable.Range(0, 15).Select(_ => room.GiveAsync(roomId, Announce("x"))));

        var page = await JsonAsync(await PollAsync(roomId, room.School.Student, room.South));
        Assert.Equal((100, true, 100L), (page["items"]!.AsArray().Count, (bool)page["hasMore"]!, (long)page["last"]!));
        var rest = await JsonAsync(await PollAsync(id, room.School.Student, room.South, "?after=100&wait=25"));
        Assert.Equal((5, false, 105L), (rest["items"]!.AsArray().Count, (bool)rest["hasMore"]!, (long)rest["last"]!));
    }

    [Fact]
    public async Task The_answer_says_what_was_given_and_where_it_is()
    {
        var id = await room.MeetingAsync();
        var answer = await room.PostAsync(id, room.School.Teacher, new JsonObject { ["kind"] = "announce", ["text"] = " اقرأ صفحة ٧ ", ["critical"] = true });

        Assert.Equal($"/api/v1/meetings/{id}/commands/1", answer.Headers.Location?.OriginalString);
        var command = await JsonAsync(answer);
        Assert.Equal(("announce", "session_announcements", "اقرأ صفحة ٧", true, 0), (Text(command, "kind"), Text(command, "topic"), Text(command, "text"), (bool)command["critical"]!, (int)command["attempt"]!));
        Assert.Equal((id, room.School.Teacher.PersonId.ToString()), (Text(command, "meetingId"), Text(command, "senderId")));
    }
}

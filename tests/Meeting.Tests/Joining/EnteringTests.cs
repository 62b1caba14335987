using System.Net;
using Meetings.Meeting.Tests.Providers.LiveKit;
using Meetings.Meeting.Tests.Scheduling;
using Meetings.ServiceDefaults.Security;
using Microsoft.IdentityModel.JsonWebTokens;
using static Meetings.Meeting.Tests.MeetingService;

namespace Meetings.Meeting.Tests.Joining;

/// <summary>Tokens for a room and what is told of it, against LiveKit's stand-in.</summary>
public sealed class EnteringTests(LiveKitService livekit) : IClassFixture<LiveKitService>, IAsyncLifetime
{
    public async ValueTask InitializeAsync() => await livekit.ResetAsync();

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    [Trait("Acceptance", "S3-11")]
    [Trait("Acceptance", "S3-12")]
    [Trait("Acceptance", "S3-13")]
    public async Task Those_whom_a_class_is_for_come_in_with_what_their_role_allows()
    {
        var meeting = await livekit.MeetingAsync();
        var school = livekit.School;

        foreach (var (caller, publishes, moderates) in ((Caller, bool, bool)[])
            [(school.Teacher, true, true), (school.Admin, true, true), (school.Supervisor, true, false), (school.Student, true, false), (school.Parent, false, false)])
        {
            var token = await livekit.ReadAsync(caller, $"{Text(meeting, "id")}/token");
            var role = caller.Roles[0];

            Assert.Equal((publishes, true), ((bool)token["permissions"]!["canPublish"]!, (bool)token["permissions"]!["canSubscribe"]!));
            Assert.Equal(Text(meeting, "providerMeetingId"), Text(token, "roomName"));
            Assert.Equal(("wss://rooms.school.example/", $"{caller.PersonId}_the-{role.Replace('_', '-')}"), (new Uri(Text(token, "serverUrl")).ToString(), Text(token, "identity")));
            Assert.InRange(token["expiresAt"]!.GetValue<DateTimeOffset>() - DateTimeOffset.UtcNow, TimeSpan.FromMinutes(175), TimeSpan.FromMinutes(181));
            Assert.Equal(moderates, new JsonWebToken(Text(token, "accessToken")).EncodedPayload is { } payload
                && Microsoft.IdentityModel.Tokens.Base64UrlEncoder.Decode(payload).Contains("roomAdmin", StringComparison.Ordinal));

            Assert.Equal(Text(token, "identity"), Text(await livekit.JoinAsync(caller, meeting), "identity"));
        }

        var inside = (await livekit.RoomAsync(Text(meeting, "providerMeetingId")))!["participants"]!.AsArray();
        Assert.Equal(5, inside.Count);
        Assert.Equal(4, inside.Count(one => (bool)one!["canPublish"]!));
    }

    [Fact]
    [Trait("Acceptance", "S3-14")]
    public async Task A_client_gets_less_when_it_asks_for_less_and_no_more_when_it_asks_for_more()
    {
        var id = Text(await livekit.MeetingAsync(), "id");

        var less = await livekit.ReadAsync(livekit.School.Student, $"{id}/token?canPublish=false");
        var more = await livekit.ReadAsync(livekit.School.Parent, $"{id}/token?canPublish=true&canSubscribe=true");
        var deaf = await livekit.ReadAsync(livekit.School.Teacher, $"{id}/token?canSubscribe=false");

        Assert.Equal((false, true), ((bool)less["permissions"]!["canPublish"]!, (bool)less["permissions"]!["canSubscribe"]!));
        Assert.Equal((false, true), ((bool)more["permissions"]!["canPublish"]!, (bool)more["permissions"]!["canSubscribe"]!));
        Assert.Equal((true, false), ((bool)deaf["permissions"]!["canPublish"]!, (bool)deaf["permissions"]!["canSubscribe"]!));
        await CreateMeetingTests.RefusedAsync(await livekit.GetAsync(livekit.School.Teacher, $"{id}/token?canPublish=perhaps"), HttpStatusCode.BadRequest, "invalid-request");
    }

    [Fact]
    [Trait("Acceptance", "S3-11")]
    public async Task A_token_is_not_for_those_who_must_be_let_in_or_may_not_know_of_the_meeting()
    {
        var school = livekit.School;
        var lesson = Text(await livekit.MeetingAsync(), "id");
        var open = Text(await livekit.MeetingAsync(("audience", "all")), "id");
        var locked = Text(await livekit.MeetingAsync(("password", "secret-1")), "id");

        foreach (var stranger in (Caller[])[school.OtherStudent, school.OtherParent, livekit.Service.Other.Teacher, livekit.Service.Other.Admin])
        {
            await CreateMeetingTests.RefusedAsync(await livekit.GetAsync(stranger, $"{lesson}/token"), HttpStatusCode.NotFound, "meeting-not-found");
            await CreateMeetingTests.RefusedAsync(await livekit.GetAsync(stranger, $"{lesson}/room"), HttpStatusCode.NotFound, "meeting-not-found");
        }

        await CreateMeetingTests.RefusedAsync(await livekit.GetAsync(school.OtherStudent, $"{open}/token"), HttpStatusCode.Forbidden, "admission-required");
        await CreateMeetingTests.RefusedAsync(await livekit.GetAsync(school.Student, $"{locked}/token"), HttpStatusCode.Forbidden, "admission-required");
        await livekit.ReadAsync(school.Teacher, $"{locked}/token");
        await CreateMeetingTests.RefusedAsync(await livekit.GetAsync(school.Teacher, $"{Guid.NewGuid()}/token"), HttpStatusCode.NotFound, "meeting-not-found");
    }

    [Fact]
    public async Task A_meeting_that_was_called_off_or_is_on_Zoom_has_no_token()
    {
        var cancelled = Text(await livekit.MeetingAsync(), "id");
        await livekit.Service.OwnerQueryAsync<int>("update meeting set cancelled_at = now(), state = 'cancelled' where id = @Id", new { Id = Guid.Parse(cancelled) });
        var zoom = Text(await livekit.Service.MeetingAsync(), "id");

        await CreateMeetingTests.RefusedAsync(await livekit.GetAsync(livekit.School.Teacher, $"{cancelled}/token"), HttpStatusCode.Conflict, "meeting-cancelled");
        await CreateMeetingTests.RefusedAsync(await livekit.GetAsync(livekit.School.Teacher, $"{zoom}/token"), HttpStatusCode.Conflict, "provider-has-no-tokens");
        Assert.True((bool)(await livekit.ReadAsync(livekit.School.Teacher, $"{zoom}/room"))["fallbackMode"]!);
    }

    [Fact]
    [Trait("Acceptance", "S3-15")]
    public async Task Who_is_inside_is_told_to_those_who_run_it_and_to_those_inside()
    {
        var meeting = await livekit.MeetingAsync(("audience", "all"));
        var (id, name) = (Text(meeting, "id"), Text(meeting, "providerMeetingId"));
        var sid = Text(await livekit.JoinAsync(livekit.School.Student, meeting), "roomSid");

        foreach (var (caller, sees) in ((Caller, bool)[])[(livekit.School.Teacher, true), (livekit.School.Student, true), (livekit.School.OtherStudent, false)])
        {
            var room = await livekit.ReadAsync(caller, $"{id}/room");

            Assert.Equal((name, sid, 1, true, false), (Text(room, "roomName"), Text(room, "roomSid"), (int)room["participantCount"]!, (bool)room["isActive"]!, (bool)room["fallbackMode"]!));
            Assert.NotNull(room["createdAt"]);
            Assert.Equal(sees ? 1 : 0, room["participants"]!.AsArray().Count);
        }

        var student = (await livekit.ReadAsync(livekit.School.Teacher, $"{id}/room"))["participants"]![0]!;
        Assert.Equal((livekit.School.Student.PersonId, "The student", false), (student["userId"]!.GetValue<Guid>(), (string)student["name"]!, (bool)student["isPublisher"]!));
        Assert.NotNull(student["joinedAt"]);
    }

    [Fact]
    [Trait("Acceptance", "S3-15")]
    public async Task A_room_that_LiveKit_lost_is_made_again()
    {
        var meeting = await livekit.MeetingAsync();
        var (id, name) = (Text(meeting, "id"), Text(meeting, "providerMeetingId"));
        await livekit.ControlAsync("crash");
        Assert.Null(await livekit.RoomAsync(name));

        var room = await livekit.ReadAsync(livekit.School.Teacher, $"{id}/room");
        Assert.Equal((true, false, 0), ((bool)room["isActive"]!, (bool)room["fallbackMode"]!, (int)room["participantCount"]!));

        await livekit.ControlAsync("crash");
        await livekit.ReadAsync(livekit.School.Student, $"{id}/token");
        Assert.NotNull(await livekit.RoomAsync(name));
    }

    [Fact]
    [Trait("Acceptance", "S3-15")]
    public async Task With_LiveKit_away_the_answer_comes_from_our_records_and_says_so()
    {
        var meeting = await livekit.MeetingAsync();
        await livekit.JoinAsync(livekit.School.Student, meeting);
        await livekit.FailAsync(new { status = 502, body = "<html>", contentType = "text/html" }, times: 30);

        var room = await livekit.ReadAsync(livekit.School.Teacher, $"{Text(meeting, "id")}/room");

        Assert.Equal((Text(meeting, "providerMeetingId"), 0, false, true), (Text(room, "roomName"), (int)room["participantCount"]!, (bool)room["isActive"]!, (bool)room["fallbackMode"]!));
    }

    [Fact]
    public async Task A_room_that_ended_or_is_still_far_is_not_made_by_looking_at_it()
    {
        var far = await livekit.MeetingAsync(("startsAt", DateTimeOffset.UtcNow.AddDays(3).ToString("o")));

        var room = await livekit.ReadAsync(livekit.School.Teacher, $"{Text(far, "id")}/room");

        Assert.Equal((false, false), ((bool)room["isActive"]!, (bool)room["fallbackMode"]!));
        Assert.Null(await livekit.RoomAsync(Text(far, "providerMeetingId")));
    }
}

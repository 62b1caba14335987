using System.Net;
using System.Text.Json.Nodes;
using Meetings.Contracts.Directory;
using Meetings.Meeting.Tests.Fakes;
using Meetings.ServiceDefaults.Security;
using Meetings.Testing;
using static Meetings.Meeting.Tests.MeetingService;
using static Meetings.Meeting.Tests.Rooms.RoomsService;

namespace Meetings.Meeting.Tests.Rooms;

public sealed class JoinTests(RoomsService service) : IClassFixture<RoomsService>
{
    private readonly School _school = service.School;

    private static string NewRoomId => $"room-{Guid.NewGuid():n}";

    [Fact]
    [Trait("Acceptance", "S4-02")]
    [Trait("Acceptance", "S4-01")]
    [Trait("Acceptance", "S4-08")]
    public async Task Joining_a_room_that_is_not_there_makes_it_and_its_owner_is_who_joined()
    {
        var room = NewRoomId;
        var place = await service.JoinAsync(_school.Teacher, room, name: "Ms. Curie");
        Assert.Equal(("admitted", true, "Ms. Curie", room), (Text(place, "status"), (bool)place["isHost"]!, Text(place, "displayName"), Text(place, "roomId")));
        Assert.Equal($"token-of-{_school.Teacher.PersonId}", Text((JsonObject)place["token"]!, "accessToken"));
        Assert.NotNull(place["admittedAt"]);

        Assert.Contains(Guid.Parse(Text(place, "meetingId")), service.Rooms.Opened);

        var meeting = await service.GetAsync(_school.Teacher, $"/{room}");
        Assert.Equal(_school.Teacher.PersonId.ToString(), Text(meeting, "ownerId"));
        Assert.Equal(("Ms. Curie", "livekit", true), (Text(meeting, "hostName"), Text(meeting, "provider"), (bool)meeting["waitingRoom"]!));
        Assert.Equal("active", Text((JsonObject)meeting["views"]!, "room"));
    }

    [Fact]
    [Trait("Acceptance", "X12")]
    [Trait("Hostile", "51")]
    public async Task For_who_may_not_create_a_room_that_is_not_there_is_not_found()
    {
        foreach (var caller in (Caller[])[_school.Student, _school.Parent])
        {
            var room = NewRoomId;
            await RefusedAsync(await service.TryJoinAsync(caller, room), HttpStatusCode.NotFound, "meeting-not-found");
            await RefusedAsync(await service.FetchAsync(_school.Teacher, room, "status"), HttpStatusCode.NotFound, "meeting-not-found");
        }

        // A mistyped UUID does not become the name of a room.
        await RefusedAsync(await service.TryJoinAsync(_school.Teacher, Guid.NewGuid().ToString()), HttpStatusCode.NotFound, "meeting-not-found");
        await RefusedAsync(await service.TryJoinAsync(_school.Teacher, "no%20such%20form"), HttpStatusCode.NotFound, "meeting-not-found");
    }

    [Fact]
    [Trait("Acceptance", "S4-02")]
    public async Task Of_those_who_join_first_at_the_same_moment_one_owns_the_one_room()
    {
        for (var round = 0; round < 3; round++)
        {
            var room = NewRoomId;
            var teachers = Enumerable.Range(0, 6).Select(_ => _school.Person(Roles.Teacher)).ToList();
            var places = await Task.WhenAll(teachers.Select(teacher => service.JoinAsync(teacher, room)));

            var host = Assert.Single(places, place => (bool)place["isHost"]!);
            Assert.Equal("admitted", Text(host, "status"));
            Assert.Single(places.Select(place => Text(place, "meetingId")).Distinct());
            Assert.All(places.Where(place => place != host), place => Assert.Contains(Text(place, "status"), (string[])["waiting", "waiting_for_host"]));
            var owners = await service.OwnerQueryAsync<Guid>("select owner_id from meeting where room_id = @room", new { room });
            Assert.Equal([Text(host, "userId")], owners.Select(owner => owner.ToString()));
            Assert.Single(service.Rooms.Created, id => id == Guid.Parse(Text(host, "meetingId")));
        }
    }

    [Fact]
    [Trait("Acceptance", "S4-02")]
    public async Task A_room_that_its_provider_cannot_make_now_is_not_half_made()
    {
        var room = NewRoomId;
        service.Rooms.CreateFailures = 1;
        var answer = await service.TryJoinAsync(_school.Teacher, room);
        await RefusedAsync(answer, HttpStatusCode.ServiceUnavailable, "provider-unavailable");
        Assert.NotNull(answer.Headers.RetryAfter);
        Assert.Empty(await service.OwnerQueryAsync<Guid>("select id from meeting where room_id = @room", new { room }));
        Assert.True((bool)(await service.JoinAsync(_school.OtherTeacher, room))["isHost"]!);
    }

    [Fact]
    [Trait("Acceptance", "S4-04")]
    public async Task A_room_id_of_a_deleted_meeting_is_a_new_room()
    {
        var room = NewRoomId;
        var first = await service.JoinAsync(_school.Teacher, room);
        await service.OwnerQueryAsync<int>("update meeting set deleted_at = now() where room_id = @room", new { room });
        await RefusedAsync(await service.TryJoinAsync(_school.Student, room), HttpStatusCode.NotFound, "meeting-not-found");
        var second = await service.JoinAsync(_school.OtherTeacher, room);
        Assert.NotEqual(Text(first, "meetingId"), Text(second, "meetingId"));
        Assert.True((bool)second["isHost"]!);
    }

    [Fact]
    public async Task A_meeting_that_was_called_off_has_no_door()
    {
        var id = await service.RoomAsync();
        await service.OwnerQueryAsync<int>("update meeting set cancelled_at = now(), state = 'cancelled' where id = @id", new { id = Guid.Parse(id) });
        await RefusedAsync(await service.TryJoinAsync(_school.Teacher, id), HttpStatusCode.Conflict, "meeting-cancelled");
    }

    [Fact]
    [Trait("Acceptance", "S4-03")]
    [Trait("Acceptance", "S4-13")]
    public async Task A_room_waits_for_its_host_is_active_with_them_and_goes_live_again_as_a_new_sitting()
    {
        var id = await service.RoomAsync(("settings", new JsonObject { ["onHostLeave"] = "end" }));
        Assert.Equal("idle", await RoomViewAsync(id));

        var before = await service.JoinAsync(_school.Student, id);
        Assert.Equal("waiting_for_host", Text(before, "status"));
        Assert.Null(before["token"]);
        Assert.Null(before["admittedAt"]);
        Assert.Equal("idle", await RoomViewAsync(id));

        await service.JoinAsync(_school.Teacher, id);
        Assert.Equal("active", await RoomViewAsync(id));
        Assert.Equal("waiting", await service.StandsAsync(_school.Student, id));
        Assert.Equal(Text(before, "joinedAt"), Text(await service.StatusAsync(_school.Student, id), "joinedAt"));

        var left = await service.LeaveAsync(_school.Teacher, id);
        Assert.Equal("left", Text(left, "status"));
        Assert.NotNull(left["leftAt"]);
        Assert.Equal("ended", await RoomViewAsync(id));
        Assert.Equal("left", await service.StandsAsync(_school.Student, id));

        // Whoever is not its host does not open it again (S4-03).
        Assert.Equal("waiting_for_host", await service.JoinedAsync(_school.Student, id));
        Assert.Equal("ended", await RoomViewAsync(id));
        await service.JoinAsync(_school.Teacher, id);
        Assert.Equal("active", await RoomViewAsync(id));
        Assert.Equal([1, 2], await service.OwnerQueryAsync<int>("select epoch from room_sitting where meeting_id = @id order by epoch", new { id = Guid.Parse(id) }));
        await Eventually.Holds(() => Task.FromResult(service.Heard(id).Count == 4), "all events");
        Assert.Equal(["ready", "live", "ended", "live"], service.Heard(id).Select(told => told.State));
    }

    [Fact]
    [Trait("Acceptance", "X13")]
    public async Task The_roster_walks_in_and_strangers_and_latecomers_wait()
    {
        var onTime = await service.LessonAsync();
        await service.JoinAsync(_school.Teacher, onTime);
        Assert.Equal("admitted", await service.JoinedAsync(_school.Student, onTime));
        Assert.Equal("waiting", await service.JoinedAsync(_school.OtherStudent, onTime));
        Assert.Equal("waiting", await service.JoinedAsync(_school.OtherTeacher, onTime));
        Assert.Equal("admitted", await service.JoinedAsync(_school.Admin, onTime));
        Assert.Equal("admitted", await service.JoinedAsync(_school.Supervisor, onTime));
        foreach (var (caller, role, moderates) in ((Caller, string, bool)[])[
            (_school.Teacher, "teacher", true), (_school.Admin, "admin", true), (_school.Supervisor, "supervisor", false), (_school.Student, "student", false)])
            Assert.Contains((caller.PersonId, role, true, moderates), service.Rooms.Tokens);
        Assert.DoesNotContain(service.Rooms.Tokens, token => token.PersonId == _school.OtherStudent.PersonId && token.IsModerator);

        // Who comes after the limit waits, also when it is only the host who came late for those who were on time.
        var late = await service.LessonAsync(-20, ("settings", new JsonObject { ["latecomersWaitAfterMinutes"] = 10 }));
        Assert.Equal("waiting_for_host", await service.JoinedAsync(_school.Student, late));
        await service.JoinAsync(_school.Teacher, late);
        Assert.Equal("waiting", await service.StandsAsync(_school.Student, late));

        var soon = await service.LessonAsync(5, ("settings", new JsonObject { ["latecomersWaitAfterMinutes"] = 0 }));
        Assert.Equal("waiting_for_host", await service.JoinedAsync(_school.Student, soon));
        Assert.Equal("waiting_for_host", await service.JoinedAsync(_school.OtherStudent, soon));
        await service.JoinAsync(_school.Teacher, soon);
        Assert.Equal(("admitted", "waiting"), (await service.StandsAsync(_school.Student, soon), await service.StandsAsync(_school.OtherStudent, soon)));
    }

    [Fact]
    [Trait("Acceptance", "X13")]
    public async Task The_roster_is_the_one_of_the_lessons_date()
    {
        var (gone, later) = (_school.Person(Roles.Student), _school.Person(Roles.Student));
        var classId = _school.Class(_school.Teacher);
        var members = service.Directory.Classes[classId.ToString()].Members;
        var today = DateTimeOffset.UtcNow.AddHours(8);
        members.Add(new Contracts.Directory.V1.Member { PersonId = gone.PersonId.ToString(), Role = Roles.Student, From = "2026-06-01", To = Date(today.AddDays(-1)) });
        members.Add(new Contracts.Directory.V1.Member { PersonId = later.PersonId.ToString(), Role = Roles.Student, From = Date(today.AddDays(-1)) });
        var id = await service.LessonAsync(-3 * 24 * 60, ("classId", classId.ToString()));
        await service.JoinAsync(_school.Teacher, id);

        Assert.Equal("admitted", await service.JoinedAsync(gone, id));
        Assert.Equal("waiting", await service.JoinedAsync(later, id));
    }

    [Fact]
    [Trait("Acceptance", "X27")]
    public async Task A_parent_comes_as_a_guardian_who_watches_or_only_sees_the_state_and_to_no_other_childs_lesson()
    {
        var id = await service.LessonAsync();
        await KnowParentsAsync();
        await service.JoinAsync(_school.Teacher, id);

        var place = await service.JoinAsync(_school.Parent, id);
        Assert.Equal(("admitted", "guardian", false), (Text(place, "status"), Text(place, "role"), (bool)place["isHost"]!));
        Assert.Equal(_school.Parent.PersonId.ToString(), Text(place, "userId"));
        Assert.Contains((_school.Parent.PersonId, "guardian", false, false), service.Rooms.Tokens);
        await RefusedAsync(await service.TryJoinAsync(_school.OtherParent, id), HttpStatusCode.NotFound, "meeting-not-found");

        var closed = await service.LessonAsync(0, ("settings", new JsonObject { ["guardians"] = "view" }));
        await RefusedAsync(await service.TryJoinAsync(_school.Parent, closed), HttpStatusCode.Forbidden, "guardians-only-view");
        Assert.Equal("ready", Text(await service.GetAsync(_school.Parent, $"/{closed}"), "state"));
    }

    [Fact]
    [Trait("Hostile", "51")]
    public async Task Nobody_of_another_academy_finds_the_door()
    {
        var id = await service.RoomAsync();
        var roomId = Text(await service.GetAsync(_school.Teacher, $"/{id}"), "roomId");
        foreach (var caller in (Caller[])[service.Other.Student, service.Other.Teacher, service.Other.Admin])
        {
            foreach (var name in (string[])[id, roomId])
            {
                await RefusedAsync(await service.TryJoinAsync(caller, name), HttpStatusCode.NotFound, "meeting-not-found");
                foreach (var action in (string[])["leave", "admit-all"])
                    await RefusedAsync(await service.PostAsync(caller, name, action), HttpStatusCode.NotFound, "meeting-not-found");
                foreach (var what in (string[])["status", "waiting"])
                    await RefusedAsync(await service.FetchAsync(caller, name, what), HttpStatusCode.NotFound, "meeting-not-found");
                await RefusedAsync(await service.AdmitAsync(caller, name, _school.Student), HttpStatusCode.NotFound, "meeting-not-found");
                await RefusedAsync(await service.RejectAsync(caller, name, _school.Student), HttpStatusCode.NotFound, "meeting-not-found");
            }
        }
    }

    [Theory]
    [Trait("Acceptance", "S4-08")]
    [InlineData("""[]""")]
    [InlineData("""{}""")]
    [InlineData("""{"displayName":""}""")]
    [InlineData("""{"displayName":"   "}""")]
    [InlineData("""{"displayName":7}""")]
    [InlineData("""{"displayName":"a\u0000b"}""")]
    [InlineData("""{"displayName":"\ud800"}""")]
    [InlineData("""{"displayName":"ana@school.example"}""")]
    [InlineData("""{"displayName":"Ana (ana@school.example)"}""")]
    [InlineData("""{"displayName":"Ana","password":7}""")]
    [InlineData("""{"displayName":"Ana","password":"\u0000"}""")]
    public async Task What_is_no_request_to_join_is_refused(string body)
    {
        var id = await service.RoomAsync();
        await RefusedAsync(await service.PostRawAsync(_school.Student, id, "join", body), HttpStatusCode.BadRequest, "invalid-request");
        await RefusedAsync(await service.FetchAsync(_school.Student, id, "status"), HttpStatusCode.NotFound, "place-not-found");
    }

    [Fact]
    [Trait("Acceptance", "S4-08")]
    public async Task A_name_of_any_script_is_a_label_and_an_address_is_never_shown()
    {
        var id = await service.RoomAsync();
        await service.JoinAsync(_school.Teacher, id);
        foreach (var name in (string[])["أحمد محمد", "王小明", "🦉", "Niño @ home", new string('x', 100)])
            Assert.Equal(name, Text(await service.JoinAsync(_school.Student, id, name: name), "displayName"));
        await RefusedAsync(await service.TryJoinAsync(_school.Student, id, name: new string('x', 101)), HttpStatusCode.BadRequest, "invalid-request");

        var list = await (await service.FetchAsync(_school.Teacher, id, "waiting")).Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.Contains(_school.Student.PersonId.ToString(), list, StringComparison.Ordinal);
        Assert.DoesNotContain("@school.example", list, StringComparison.Ordinal);
    }

    private async Task<string> RoomViewAsync(string id) => Text((JsonObject)(await service.GetAsync(_school.Teacher, $"/{id}"))["views"]!, "room");

    private async Task KnowParentsAsync()
    {
        foreach (var (parent, child) in ((Caller, Caller)[])[(_school.Parent, _school.Student), (_school.OtherParent, _school.OtherStudent)])
            await service.PublishAsync(new PersonChanged(parent.PersonId, 2, _school.AcademyId, "A parent", _school.Email(parent), [Roles.Parent], [child.PersonId]));
        await Eventually.Holds(
            async () => (await service.OwnerQueryAsync<long>(
                "select count(*) from guardianship where guardian_id = any(@ids)", new { ids = new[] { _school.Parent.PersonId, _school.OtherParent.PersonId } }))[0] == 2, "the guardians");
    }

    private static string Date(DateTimeOffset day) => day.ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture);
}

using System.Net;
using System.Text.Json.Nodes;
using Meetings.Contracts.Directory;
using Meetings.Meeting.Tests.Fakes;
using Meetings.ServiceDefaults.Security;
using static Meetings.Meeting.Tests.MeetingService;
using static Meetings.Meeting.Tests.Rooms.RoomsService;

namespace Meetings.Meeting.Tests.Rooms;

public sealed class WaitingRoomTests(RoomsService service) : IClassFixture<RoomsService>
{
    private readonly School _school = service.School;

    [Fact]
    [Trait("Acceptance", "S4-10")]
    [Trait("Acceptance", "S4-12")]
    [Trait("Acceptance", "S4-13")]
    public async Task Who_waits_is_let_in_and_finds_the_token_in_their_status_and_nobody_else_gets_it()
    {
        var id = await OpenRoomAsync();
        var waiting = await service.JoinAsync(_school.Student, id, name: "Ana");
        Assert.Equal("waiting", Text(waiting, "status"));
        Assert.Null(waiting["token"]);
        Assert.Equal([_school.Student.PersonId], await WaitingAsync(_school.Teacher, id));

        var admitted = await OkAsync(await service.AdmitAsync(_school.Teacher, id, _school.Student));
        Assert.Equal(("admitted", "Ana"), (Text(admitted, "status"), Text(admitted, "displayName")));
        Assert.Null(admitted["token"]);
        var status = await service.StatusAsync(_school.Student, id);
        Assert.Equal(("admitted", $"token-of-{_school.Student.PersonId}"), (Text(status, "status"), Text((JsonObject)status["token"]!, "accessToken")));
        Assert.Equal(Text(admitted, "admittedAt"), Text(status, "admittedAt"));
        Assert.Empty(await WaitingAsync(_school.Teacher, id));

        // Letting in who is in changes nothing.
        Assert.Equal(Text(admitted, "admittedAt"), Text(await OkAsync(await service.AdmitAsync(_school.Teacher, id, _school.Student)), "admittedAt"));
    }

    [Fact]
    [Trait("Acceptance", "S4-12")]
    public async Task Somebody_is_found_by_email_too_in_any_case_of_letters()
    {
        var id = await OpenRoomAsync();
        await service.JoinAsync(_school.Student, id);
        var email = _school.Email(_school.Student).ToUpperInvariant();
        // Known from the class's roster.
        await service.LessonAsync();
        Assert.Equal("rejected", Text(await OkAsync(await service.PostAsync(_school.Teacher, id, "reject", new JsonObject { ["email"] = email })), "status"));
        Assert.Equal("admitted", Text(await OkAsync(await service.PostAsync(_school.Teacher, id, "admit", new JsonObject { ["email"] = email })), "status"));
        await RefusedAsync(
            await service.PostAsync(_school.Teacher, id, "admit", new JsonObject { ["email"] = "nobody@school.example" }), HttpStatusCode.NotFound, "place-not-found");
    }

    [Fact]
    public async Task Who_drops_comes_in_again_without_asking_within_the_sitting_and_waits_in_the_next()
    {
        var id = await OpenRoomAsync(("settings", new JsonObject { ["onHostLeave"] = "end" }));
        await service.JoinAsync(_school.Student, id);
        var admitted = await OkAsync(await service.AdmitAsync(_school.Teacher, id, _school.Student));
        Assert.Equal("admitted", await service.JoinedAsync(_school.Student, id));
        Assert.Equal("left", Text(await service.LeaveAsync(_school.Student, id), "status"));
        Assert.Equal("left", await service.StandsAsync(_school.Student, id));

        var again = await service.JoinAsync(_school.Student, id);
        Assert.Equal(("admitted", Text(admitted, "admittedAt")), (Text(again, "status"), Text(again, "admittedAt")));

        await service.LeaveAsync(_school.Teacher, id);
        await service.JoinAsync(_school.Teacher, id);
        Assert.Equal("left", await service.StandsAsync(_school.Student, id));
        Assert.Equal("waiting", await service.JoinedAsync(_school.Student, id));
    }

    [Fact]
    public async Task A_refusal_sticks_over_sittings_until_the_host_lifts_it()
    {
        var id = await OpenRoomAsync(("settings", new JsonObject { ["onHostLeave"] = "end", ["admitters"] = "allAdmitted" }));
        await service.JoinAsync(_school.Student, id);
        await OkAsync(await service.RejectAsync(_school.Teacher, id, _school.Student));
        Assert.Equal("rejected", await service.JoinedAsync(_school.Student, id));
        Assert.Equal("rejected", Text(await service.LeaveAsync(_school.Student, id), "status"));
        Assert.Equal("rejected", await service.JoinedAsync(_school.Student, id));
        Assert.Equal(0, (int)(await OkAsync(await service.PostAsync(_school.Teacher, id, "admit-all")))["admitted"]!);

        // Not by the next one at the door.
        await service.JoinAsync(_school.OtherTeacher, id);
        await OkAsync(await service.AdmitAsync(_school.Teacher, id, _school.OtherTeacher));
        await RefusedAsync(await service.AdmitAsync(_school.OtherTeacher, id, _school.Student), HttpStatusCode.Forbidden, "admission-not-allowed");

        await service.LeaveAsync(_school.Teacher, id);
        await service.JoinAsync(_school.Teacher, id);
        Assert.Equal("rejected", await service.JoinedAsync(_school.Student, id));
        var refused = await OkAsync(await service.FetchAsync(_school.Teacher, id, "waiting?status=rejected"));
        Assert.Equal(_school.Student.PersonId.ToString(), (string?)refused["items"]![0]!["userId"]);

        await OkAsync(await service.AdmitAsync(_school.Teacher, id, _school.Student));
        Assert.Equal("admitted", await service.JoinedAsync(_school.Student, id));
    }

    [Fact]
    public async Task A_refusal_is_lifted_also_after_its_sitting()
    {
        var id = await OpenRoomAsync(("settings", new JsonObject { ["onHostLeave"] = "end" }));
        await service.JoinAsync(_school.Student, id);
        await OkAsync(await service.RejectAsync(_school.Teacher, id, _school.Student));
        await service.LeaveAsync(_school.Teacher, id);
        Assert.Equal("left", Text(await OkAsync(await service.AdmitAsync(_school.Teacher, id, _school.Student)), "status"));
        await service.JoinAsync(_school.Teacher, id);
        Assert.Equal("waiting", await service.JoinedAsync(_school.Student, id));
    }

    [Fact]
    public async Task Who_is_in_or_gone_is_not_at_the_door()
    {
        var id = await OpenRoomAsync();
        await RefusedAsync(await service.AdmitAsync(_school.Teacher, id, _school.Student), HttpStatusCode.NotFound, "place-not-found");
        await service.JoinAsync(_school.Student, id);
        await OkAsync(await service.AdmitAsync(_school.Teacher, id, _school.Student));
        await RefusedAsync(await service.RejectAsync(_school.Teacher, id, _school.Student), HttpStatusCode.Conflict, "not-waiting");
        await service.LeaveAsync(_school.Student, id);
        await RefusedAsync(await service.AdmitAsync(_school.Teacher, id, _school.Student), HttpStatusCode.Conflict, "not-waiting");
        await OkAsync(await service.RejectAsync(_school.Teacher, id, _school.Student));
        Assert.Equal("rejected", await service.JoinedAsync(_school.Student, id));
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("""{"userId":"me"}""")]
    [InlineData("""{"userId":null,"email":""}""")]
    [InlineData("""{"email":7}""")]
    [InlineData("""{"email":"\ud800"}""")]
    [InlineData("""{"email":"\u0000@school.example"}""")]
    [InlineData("""{"userId":"7d9d7bc5-61f7-4f1e-8a0e-0f6c8a4f3f02","email":"a@b.example"}""")]
    public async Task Who_is_meant_has_to_be_said(string body)
    {
        var id = await OpenRoomAsync();
        foreach (var action in (string[])["admit", "reject"])
            await RefusedAsync(await service.PostRawAsync(_school.Teacher, id, action, body), HttpStatusCode.BadRequest, "invalid-request");
    }

    [Fact]
    public async Task Switching_the_waiting_room_off_lets_in_all_who_wait_and_who_comes_then_walks_in()
    {
        var id = await OpenRoomAsync();
        var (first, second, refused) = (_school.Person(Roles.Student), _school.Person(Roles.Teacher), _school.Person(Roles.Student));
        foreach (var caller in (Caller[])[first, second, refused]) await service.JoinAsync(caller, id);
        await OkAsync(await service.RejectAsync(_school.Teacher, id, refused));

        await service.OwnerQueryAsync<int>("update meeting set waiting_room = false where id = @id", new { id = Guid.Parse(id) });
        Assert.Equal("admitted", await service.StandsAsync(first, id));
        Assert.NotNull((await service.StatusAsync(second, id))["token"]);
        Assert.Equal("rejected", await service.StandsAsync(refused, id));
        Assert.Equal("admitted", await service.JoinedAsync(_school.Person(Roles.Student), id));
    }

    [Fact]
    [Trait("Acceptance", "X11")]
    public async Task Who_lets_people_in_is_a_setting_and_students_never_are_without_one()
    {
        var anybody = _school.Person(Roles.Student);
        var lesson = await service.LessonAsync();
        foreach (var (id, teacherMay, studentMay) in ((string, bool, bool)[])[
            (await OpenRoomAsync(), true, false),
            (await OpenRoomAsync(("settings", new JsonObject { ["admitters"] = "hosts" })), false, false),
            (await OpenRoomAsync(("settings", new JsonObject { ["admitters"] = "allAdmitted" })), true, true),
            (lesson, false, false)])
        {
            await service.JoinAsync(_school.Teacher, id);
            await service.JoinAsync(anybody, id);
            foreach (var (caller, may) in ((Caller, bool)[])[(_school.OtherTeacher, teacherMay), (_school.OtherStudent, studentMay)])
            {
                await service.JoinAsync(caller, id);
                await RefusedAsync(await service.FetchAsync(caller, id, "waiting"), HttpStatusCode.Forbidden, "admission-not-allowed");
                await OkAsync(await service.AdmitAsync(_school.Teacher, id, caller));

                var list = await service.FetchAsync(caller, id, "waiting");
                if (may) Assert.Equal(anybody.PersonId.ToString(), (string?)(await OkAsync(list))["items"]![0]!["userId"]);
                else await RefusedAsync(list, HttpStatusCode.Forbidden, "admission-not-allowed");
                if (!may) await RefusedAsync(await service.PostAsync(caller, id, "admit-all"), HttpStatusCode.Forbidden, "admission-not-allowed");
            }

            // The academy's staff may, without having come.
            Assert.Contains(anybody.PersonId, await WaitingAsync(_school.Admin, id));
            Assert.Equal(1, (int)(await OkAsync(await service.PostAsync(_school.Supervisor, id, "admit-all")))["admitted"]!);
        }
    }

    [Fact]
    [Trait("Acceptance", "X11")]
    public async Task A_co_host_is_a_host()
    {
        var id = await service.RoomAsync(("settings", new JsonObject { ["admitters"] = "hosts" }));
        await service.OwnerQueryAsync<int>(
            "update meeting set co_host_ids = array[@PersonId], co_host_names = array['Helper'] where id = @id", new { _school.OtherTeacher.PersonId, id = Guid.Parse(id) });
        await service.JoinAsync(_school.Student, id);
        Assert.True((bool)(await service.JoinAsync(_school.OtherTeacher, id))["isHost"]!);
        Assert.Equal([_school.Student.PersonId], await WaitingAsync(_school.OtherTeacher, id));
        Assert.Equal("admitted", Text(await OkAsync(await service.AdmitAsync(_school.OtherTeacher, id, _school.Student)), "status"));
    }

    private async Task<string> OpenRoomAsync(params (string Field, JsonNode? Value)[] changes)
    {
        var id = await service.RoomAsync(changes);
        await service.JoinAsync(_school.Teacher, id);
        return id;
    }

    private async Task<IEnumerable<Guid>> WaitingAsync(Caller caller, string id) =>
        (await OkAsync(await service.FetchAsync(caller, id, "waiting")))["items"]!.AsArray().Select(item => (Guid)item!["userId"]!);
}

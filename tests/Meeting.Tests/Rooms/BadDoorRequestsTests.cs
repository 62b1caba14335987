using System.Text.Json.Nodes;
using Meetings.Contracts.Directory;
using Meetings.ServiceDefaults.Security;
using static Meetings.Meeting.Tests.BadRequests;
using static Meetings.Meeting.Tests.MeetingService;

namespace Meetings.Meeting.Tests.Rooms;

/// <summary>Requests at a room's door that are refused: nobody comes in, is let in or goes by them, and nothing is commanded.</summary>
[Trait("Hostile", "54")]
public sealed class BadDoorRequestsTests(BadDoorRequestsTests.Doors doors) : IClassFixture<BadDoorRequestsTests.Doors>
{
    private const string Name = """{"displayName":"Ana"}""";
    private const string Whom = """{"userId":"{waits}"}""";
    private const string Lock = """{"kind":"lock"}""";

    [Theory]
    [InlineData("join", null, "invalid-request")]
    [InlineData("join", "", "invalid-request")]
    [InlineData("join", "{", "invalid-request")]
    [InlineData("join", "null", "invalid-request", "")]
    [InlineData("join", "\"Ana\"", "invalid-request", "")]
    [InlineData("join", """{"displayName":"Ana","displayName":"Eva"}""", "invalid-request")]
    [InlineData("join", """{"name":"Ana"}""", "invalid-request", "displayName")]
    [InlineData("join", """{"displayName":null}""", "invalid-request", "displayName")]
    [InlineData("join", """{"displayName":["Ana"]}""", "invalid-request", "displayName")]
    [InlineData("join", """{"displayName":"…"}""", "invalid-request", "displayName")]
    [InlineData("join", """{"displayName":"Ana\u001b[31m"}""", "invalid-request", "displayName")]
    [InlineData("join", """{"displayName":"Ana","password":["s3cret"]}""", "invalid-request", "password")]
    [InlineData("join", """{"displayName":"Ana","password":"…"}""", "invalid-request", "password")]
    [InlineData("join", """{"displayName":"Ana","password":"\ud800"}""", "invalid-request", "password")]
    [InlineData("join", """{"displayName":"Ana","password":"s3cret\u0000"}""", "invalid-request", "password")]
    [InlineData("join", Name, "password-required")]
    [InlineData("join", """{"displayName":"Ana","password":null}""", "password-required")]
    [InlineData("admit", null, "invalid-request")]
    [InlineData("admit", "{", "invalid-request")]
    [InlineData("admit", """{"userId":"{waits}","userId":"{in}"}""", "invalid-request")]
    [InlineData("admit", "[]", "invalid-request", "")]
    [InlineData("admit", "{}", "invalid-request", "userId")]
    [InlineData("admit", """{"userId":7}""", "invalid-request", "userId")]
    [InlineData("admit", """{"userId":["{waits}"]}""", "invalid-request", "userId")]
    [InlineData("admit", """{"userId":"{waits}\u0000"}""", "invalid-request", "userId")]
    [InlineData("admit", """{"userId":"…"}""", "invalid-request", "userId")]
    [InlineData("admit", """{"email":"…"}""", "invalid-request", "email")]
    [InlineData("admit", """{"email":{}}""", "invalid-request", "email")]
    [InlineData("admit", """{"userId":"{waits}","email":"ana@school.example"}""", "invalid-request", "userId")]
    [InlineData("admit", """{"userId":"{nobody}"}""", "place-not-found")]
    [InlineData("admit", """{"userId":"{foreigner}"}""", "place-not-found")]
    [InlineData("admit", """{"email":"nobody@school.example"}""", "place-not-found")]
    [InlineData("admit", """{"email":"%"}""", "place-not-found")]
    [InlineData("reject", "", "invalid-request")]
    [InlineData("reject", "\"{waits}\"", "invalid-request", "")]
    [InlineData("reject", """{"userId":"me"}""", "invalid-request", "userId")]
    [InlineData("reject", """{"email":"\ud800"}""", "invalid-request", "email")]
    [InlineData("reject", """{"userId":"{nobody}"}""", "place-not-found")]
    [InlineData("reject", """{"userId":"{foreigner}"}""", "place-not-found")]
    [InlineData("reject", """{"userId":"{in}"}""", "not-waiting")]
    [InlineData("commands", null, "invalid-request")]
    [InlineData("commands", "{", "invalid-request")]
    [InlineData("commands", """{"kind":"explode"}""", "invalid-request", "kind")]
    [InlineData("commands", """{"kind":"LOCK"}""", "invalid-request", "kind")]
    [InlineData("commands", """{"kind":"lo\u0000ck"}""", "invalid-request", "kind")]
    [InlineData("commands", """{"kind":"announce","text":"…"}""", "invalid-request", "text")]
    [InlineData("commands", """{"kind":"kick","targets":["{waits}",null]}""", "invalid-request", "targets")]
    [InlineData("commands", """{"kind":"kick","targets":["{in}"]}""", "invalid-request", "targets")]
    [InlineData("commands", """{"kind":"spotlight","subject":"…"}""", "invalid-request", "subject")]
    [InlineData("commands", """{"kind":"announce","text":"x","critical":"…"}""", "invalid-request", "critical")]
    public async Task Nothing_happens_at_a_door_by_what_cannot_be_understood(string action, string? body, string code, string? field = null)
    {
        var (caller, room) = action == "join" ? (doors.Service.School.OtherStudent, "{locked}") : (doors.Service.School.Teacher, "{room}");

        await RefusedAsync(await doors.Service.SendRawAsync(caller, doors.Fill($"POST meetings/{room}/{action}"), body is null ? null : doors.Fill(body)), code, field);

        await doors.StayAsync();
    }

    [Theory]
    [InlineData("{nobody}")]
    [InlineData("{foreign}")]
    [InlineData("{deleted}")]
    [InlineData("{deletedRoomId}", "{student}")]
    [InlineData("00000000-0000-0000-0000-000000000000")]
    [InlineData("nobody-made-this-room", "{student}")]
    [InlineData("%20")]
    [InlineData("a%20b")]
    [InlineData("..%2Froom")]
    [InlineData("%F0%9F%8E%93")]
    [InlineData("%C0%80")]
    [InlineData("a'%3Bselect%201--")]
    [InlineData("{long}")]
    public async Task A_room_that_is_not_there_or_anothers_has_no_door(string id, string joins = "{teacher}")
    {
        foreach (var (action, body) in ((string, string?)[])[
            ("join", Name), ("leave", null), ("admit", Whom), ("reject", Whom), ("admit-all", null), ("commands", Lock), ("room", "{}")])
        {
            var caller = action == "join" && joins == "{student}" ? doors.Service.School.Student : doors.Service.School.Teacher;
            await RefusedAsync(await doors.Service.SendRawAsync(caller, doors.Fill($"POST meetings/{id}/{action}"), body is null ? null : doors.Fill(body)), "meeting-not-found");
        }

        await doors.StayAsync();
    }

    [Theory]
    [InlineData("stranger", "join", Name, "meeting-not-found")]
    [InlineData("stranger", "leave", null, "meeting-not-found")]
    [InlineData("stranger", "admit", Whom, "meeting-not-found")]
    [InlineData("stranger", "reject", Whom, "meeting-not-found")]
    [InlineData("stranger", "admit-all", null, "meeting-not-found")]
    [InlineData("stranger", "commands", Lock, "meeting-not-found")]
    [InlineData("stranger", "room", "{}", "meeting-not-found")]
    [InlineData("nobody", "join", Name, "unauthenticated")]
    [InlineData("nobody", "leave", null, "unauthenticated")]
    [InlineData("nobody", "admit", Whom, "unauthenticated")]
    [InlineData("nobody", "reject", Whom, "unauthenticated")]
    [InlineData("nobody", "admit-all", null, "unauthenticated")]
    [InlineData("nobody", "commands", Lock, "unauthenticated")]
    [InlineData("nobody", "room", "{}", "unauthenticated")]
    [InlineData("waits", "admit", Whom, "admission-not-allowed")]
    [InlineData("waits", "admit-all", null, "admission-not-allowed")]
    [InlineData("otherStudent", "reject", Whom, "admission-not-allowed")]
    [InlineData("otherStudent", "leave", null, "place-not-found")]
    public async Task Nothing_happens_at_a_door_by_who_may_not(string who, string action, string? body, string code)
    {
        Caller? caller = who switch
        {
            "stranger" => doors.Service.Other.Admin,
            "waits" => doors.Waits,
            "otherStudent" => doors.Service.School.OtherStudent,
            _ => null,
        };

        await RefusedAsync(await doors.Service.SendRawAsync(caller, doors.Fill($"POST meetings/{{room}}/{action}"), body is null ? null : doors.Fill(body)), code);

        await doors.StayAsync();
    }

    [Theory]
    [InlineData("POST meetings/{zoom}/admit", Whom, "waiting-room-at-provider")]
    [InlineData("POST meetings/{zoom}/reject", Whom, "waiting-room-at-provider")]
    [InlineData("POST meetings/{zoom}/admit-all", null, "waiting-room-at-provider")]
    [InlineData("GET meetings/{room}/join", null, "method-not-allowed")]
    [InlineData("DELETE meetings/{room}/leave", null, "method-not-allowed")]
    [InlineData("PUT meetings/{room}/admit-all", null, "method-not-allowed")]
    [InlineData("DELETE meetings/{room}/room", null, "method-not-allowed")]
    [InlineData("POST meetings/{room}/knock", null, "not-found")]
    public async Task What_a_door_does_not_have_is_told(string request, string? body, string code)
    {
        await RefusedAsync(await doors.Service.SendRawAsync(doors.Service.School.Teacher, doors.Fill(request), body is null ? null : doors.Fill(body)), code);

        await doors.StayAsync();
    }

    [Theory]
    [InlineData("join", 2 * 1024 * 1024)]
    [InlineData("commands", 64 * 1024)]
    public async Task A_body_that_no_request_needs_is_not_read(string action, int length)
    {
        var body = new JsonObject { ["displayName"] = "Ana", ["kind"] = "lock", ["more"] = new string('x', length) }.ToJsonString();

        await RefusedAsync(await doors.Service.SendRawAsync(doors.Service.School.Teacher, doors.Fill($"POST meetings/{{room}}/{action}"), body), "payload-too-large");

        await doors.StayAsync();
    }

    [Theory]
    [InlineData("join", Name)]
    [InlineData("admit", Whom)]
    [InlineData("reject", Whom)]
    [InlineData("commands", Lock)]
    [InlineData("room", "{}")]
    public async Task Only_JSON_is_read(string action, string body)
    {
        foreach (var mediaType in (string[])["text/plain", "application/x-www-form-urlencoded"])
            await RefusedAsync(await doors.Service.SendRawAsync(doors.Service.School.Teacher, doors.Fill($"POST meetings/{{room}}/{action}"), doors.Fill(body), mediaType: mediaType), "unsupported-media-type");

        await doors.StayAsync();
    }

    [Fact]
    [Trait("Acceptance", "S4-02")]
    public async Task Who_asks_for_a_room_that_is_there_makes_none()
    {
        await RefusedAsync(await doors.Service.SendRawAsync(doors.Service.School.Teacher, "POST meetings/nobody-made-this-room/join", Name, seen: "*"), "meeting-not-found");

        await doors.StayAsync();
    }

    /// <summary>
    /// A room with its host, one who is in and one who waits; a room with a password; a meeting on Zoom; one that was deleted; and a room of another academy's. The same for all
    /// rows, since none of them changes anything.
    /// </summary>
    public sealed class Doors : IAsyncLifetime
    {
        private string _room = "";
        private string _locked = "";
        private string _foreign = "";
        private JsonObject _zoom = null!;
        private JsonObject _deleted = null!;
        private string _before = "";

        internal RoomsService Service { get; } = new();

        internal Caller Waits { get; private set; } = null!;

        public async ValueTask InitializeAsync()
        {
            await Service.InitializeAsync();
            Waits = Service.School.Person(Roles.Student);
            _room = await Service.RoomAsync();
            await Service.JoinAsync(Service.School.Teacher, _room);
            await Service.JoinAsync(Waits, _room);
            _locked = await Service.RoomAsync(("password", "s3cret"));
            await Service.JoinAsync(Service.School.Teacher, _locked);
            _foreign = await Service.MadeAsync(Service.Other.Teacher, ("provider", "livekit"), ("type", "instant"), ("classId", null));
            _zoom = await Service.MeetingAsync();
            _deleted = await Service.MeetingAsync();
            Assert.True((await Service.DoAsync(Service.School.Teacher, Text(_deleted, "id"), null)).IsSuccessStatusCode);
            _before = await ReadAsync();
        }

        public ValueTask DisposeAsync() => Service.DisposeAsync();

        internal async Task StayAsync() => Assert.Equal(_before, await ReadAsync());

        internal string Fill(string text) => text
            .Replace("{room}", _room, StringComparison.Ordinal).Replace("{locked}", _locked, StringComparison.Ordinal)
            .Replace("{foreign}", _foreign, StringComparison.Ordinal).Replace("{zoom}", Text(_zoom, "id"), StringComparison.Ordinal)
            .Replace("{deleted}", Text(_deleted, "id"), StringComparison.Ordinal).Replace("{deletedRoomId}", Text(_deleted, "roomId"), StringComparison.Ordinal)
            .Replace("{waits}", Waits.PersonId.ToString(), StringComparison.Ordinal).Replace("{in}", Service.School.Teacher.PersonId.ToString(), StringComparison.Ordinal)
            .Replace("{foreigner}", Service.Other.Student.PersonId.ToString(), StringComparison.Ordinal)
            .Replace("{nobody}", Guid.NewGuid().ToString(), StringComparison.Ordinal).Replace("{long}", Long, StringComparison.Ordinal);

        private async Task<string> ReadAsync() =>
            await Service.StoredAsync(_room, _locked, _foreign, Text(_zoom, "id"), Text(_deleted, "id"))
            + string.Join(' ', await Service.OwnerQueryAsync<Guid>("select id from meeting order by id"));
    }
}

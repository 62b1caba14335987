using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using WireMock.RequestBuilders;
using WireMock.ResponseBuilders;
using WireMock.Server;
using Xunit;

namespace Meetings.Gateway.Tests;

/// <summary>The original systems' routes: what arrives at the service, and what their clients hear.</summary>
public sealed class OriginalsTests(GatewayFixture fixture) : IClassFixture<GatewayFixture>, IAsyncLifetime
{
    private const string Id = "0198c0de-0000-7000-8000-000000000001";

    private readonly WireMockServer _service = WireMockServer.Start();
    private GatewayHost _gateway = null!;
    private HttpClient _client = null!;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private static string Me => GatewayFixture.Teacher.PersonId.ToString();

    public async ValueTask InitializeAsync()
    {
        _gateway = await fixture.StartAsync(new() { ["Services:meeting:http:0"] = _service.Url, ["Services:attendance:http:0"] = _service.Url, ["Services:registration:http:0"] = _service.Url });
        _client = GatewayFixture.Client(_gateway, GatewayFixture.Teacher);
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _gateway.DisposeAsync();
        _service.Dispose();
    }

    [Theory]
    [InlineData("42", "42")]
    [InlineData($"\"{Id}\"", Id)]
    [Trait("Acceptance", "S3-10")]
    public async Task Create_opens_the_room_of_a_planned_session(string session, string path)
    {
        Answers($"/api/v1/meetings/{path}/room", 201, $$"""
            {"meetingId":"{{Id}}","roomId":"algebra","provider":"livekit","roomName":"demo-class-session-1","joinUrl":"https://rooms.example/x","maxParticipants":30,"createdAt":"2026-11-26T08:00:00Z"}
            """);

        var (status, answer) = await PostAsync("/api/meetings/create", $$"""{"session_id":{{session}},"max_participants":30,"recording_enabled":true,"max_duration":90}""");

        Assert.Equal(201, status);
        Same($$"""
            {"data":{"session_id":"{{path}}","meeting_url":"https://rooms.example/x","room_name":"demo-class-session-1","meeting_id":"{{Id}}","platform":"livekit",
             "max_participants":30,"recording_enabled":false,"created_at":"2026-11-26T08:00:00Z"},"message":null,"success":true}
            """, answer);
        Same("""{"maxParticipants":30}""", Arrived("POST").Body);
    }

    [Fact]
    [Trait("Acceptance", "S3-11")]
    [Trait("Acceptance", "S3-14")]
    public async Task A_token_is_told_in_their_words_and_the_wish_for_less_in_ours()
    {
        Answers("/api/v1/meetings/a-room/token", 200, """
            {"accessToken":"ey.J.x","serverUrl":"wss://rooms.example","roomName":"r","identity":"1_ahmed-muhammad","permissions":{"canPublish":false,"canSubscribe":true},"expiresAt":"2026-11-26T11:00:00Z"}
            """);

        var (status, answer) = await SendAsync(HttpMethod.Get, "/api/meetings/a-room/token?can_publish=false&can_subscribe=1&canPublish=true");

        Assert.Equal(200, status);
        Same("""
            {"data":{"access_token":"ey.J.x","server_url":"wss://rooms.example","room_name":"r","participant_identity":"1_ahmed-muhammad",
             "permissions":{"can_publish":false,"can_subscribe":true},"expires_at":"2026-11-26T11:00:00Z"},"message":null,"success":true}
            """, answer);
        Assert.Equal("/api/v1/meetings/a-room/token?canPublish=false&canSubscribe=1", new Uri(Arrived("GET").AbsoluteUrl).PathAndQuery);
    }

    [Fact]
    [Trait("Acceptance", "S3-15")]
    public async Task Information_about_a_room_names_those_who_are_in_it()
    {
        Answers("/api/v1/meetings/a-room/room", 200, """
            {"roomName":"r","roomSid":"RM_1","participantCount":1,"participants":[{"id":"PA_1","identity":"1_ahmed","userId":null,"name":"أحمد","joinedAt":"2026-11-26T08:00:00Z","isPublisher":true}],
             "isActive":true,"createdAt":"2026-11-26T07:59:00Z","fallbackMode":false}
            """);

        var (_, answer) = await SendAsync(HttpMethod.Get, "/api/meetings/a-room/info");

        Same("""
            {"data":{"room_name":"r","room_sid":"RM_1","participant_count":1,"participants":[{"id":"1_ahmed","name":"أحمد","joined_at":"2026-11-26T08:00:00Z","is_publisher":true}],
             "is_active":true,"created_at":"2026-11-26T07:59:00Z","fallback_mode":false},"message":null,"success":true}
            """, answer);
    }

    [Fact]
    [Trait("Acceptance", "S3-16")]
    public async Task A_meeting_is_ended()
    {
        Answers("/api/v1/meetings/a-room/end", 200, $$"""
            {"id":"{{Id}}","roomId":"a-room","state":"ended","views":{"zoom":"ended","academy":"COMPLETED","room":"ended"},"startedAt":"2026-11-26T08:00:00Z","endedAt":"2026-11-26T08:30:00Z"}
            """);

        var (status, answer) = await PostAsync("/api/meetings/a-room/end", "");

        Assert.Equal(200, status);
        Same($$"""
            {"data":{"meeting_id":"{{Id}}","room_id":"a-room","status":"COMPLETED","started_at":"2026-11-26T08:00:00Z","meeting_ended_at":"2026-11-26T08:30:00Z"},"message":"Meeting ended.","success":true}
            """, answer);
    }

    [Theory]
    [InlineData("join")]
    [InlineData("leave")]
    [Trait("Acceptance", "S3-30")]
    [Trait("Acceptance", "X22")]
    public async Task Coming_and_going_moves_the_callers_own_place_in_a_session_that_is_there(string move)
    {
        Answers($"/api/v1/meetings/42/{move}", 200, $$"""{"meetingId":"{{Id}}","roomId":"42","userId":"{{Me}}","displayName":"x","status":"admitted","isHost":true,"joinedAt":"2026-11-26T08:00:00Z","leftAt":null}""");

        var (status, answer) = await PostAsync($"/api/meeting/{move}", $$"""{"session_id":42,"user_id":"{{Me}}","session_type":"individual"}""");

        Assert.Equal(200, status);
        Same($$"""
            {"data":{"session_id":"42","meeting_id":"{{Id}}","user_id":"{{Me}}","status":"admitted","joined_at":"2026-11-26T08:00:00Z","left_at":null},"message":null,"success":true}
            """, answer);
        Assert.Equal("*", Assert.Single(Arrived("POST").Headers!["If-Match"]));
        Assert.Equal(["displayName"], JsonNode.Parse(Arrived("POST").Body!)!.AsObject().Select(field => field.Key));
    }

    [Theory]
    [InlineData("/api/meeting/join", """{"session_id":42,"user_id":123}""", 403, "not-yourself")]
    [InlineData("/api/meeting/leave", """{"session_id":42,"user_id":"0198c0de-0000-7000-8000-0000000000ff"}""", 403, "not-yourself")]
    [InlineData("/api/meeting/join", """{"session_id":42}""", 400, "invalid-request")]
    [InlineData("/api/meeting/join", "[]", 400, "invalid-request")]
    [InlineData("/api/meeting/join", "{", 400, "invalid-request")]
    [InlineData("/api/meeting/join", """{"session_id":1,"session_id":2,"user_id":1}""", 400, "invalid-request")]
    [InlineData("/api/meetings/create", "", 400, "invalid-request")]
    [InlineData("/api/meetings/create", """{"session_id":"../../x"}""", 400, "invalid-request")]
    [InlineData("/api/meetings/create", """{"session_id":4.5}""", 400, "invalid-request")]
    [InlineData("/api/meetings/create", """{"session_id":42,"max_participants":0}""", 400, "invalid-request")]
    [InlineData("/api/meetings/create", """{"session_id":42,"max_duration":"long"}""", 400, "invalid-request")]
    [InlineData("/api/meetings/create", """{"session_id":42,"recording_enabled":"yes"}""", 400, "invalid-request")]
    public async Task What_makes_no_sense_is_refused_in_their_words_and_reaches_no_service(string path, string body, int status, string code)
    {
        var (answered, answer) = await PostAsync(path, body);

        Assert.Equal((status, code, false), (answered, (string)answer["code"]!, (bool)answer["success"]!));
        Assert.NotEqual("", (string)answer["error"]!);
        Assert.NotEqual("", (string)answer["message"]!);
        Assert.Empty(_service.LogEntries);
    }

    [Fact]
    public async Task A_body_that_is_too_large_is_not_read_to_its_end()
    {
        var (status, answer) = await PostAsync("/api/meetings/create", $$"""{"session_id":42,"more":"{{new string('x', 20_000)}}"}""");

        Assert.Equal((413, "payload-too-large", false), (status, (string)answer["code"]!, (bool)answer["success"]!));
        Assert.Empty(_service.LogEntries);
    }

    [Fact]
    public async Task What_the_service_refuses_keeps_its_status_and_code()
    {
        Answers("/api/v1/meetings/42/room", 409, """{"type":"t","title":"The meeting has its room already.","status":409,"detail":"It is told of.","code":"room-exists","traceId":"1"}""", "application/problem+json");

        var (status, answer) = await PostAsync("/api/meetings/create", """{"session_id":42}""");

        Assert.Equal((409, false, "The meeting has its room already.", "It is told of.", "room-exists"),
            (status, (bool)answer["success"]!, (string)answer["error"]!, (string)answer["message"]!, (string)answer["code"]!));
    }

    [Theory]
    [InlineData("<html>", 200)]
    [InlineData("", 200)]
    [InlineData("{}", 200)]
    [InlineData("<html>", 500)]
    public async Task An_answer_that_cannot_be_read_is_a_502(string body, int status)
    {
        Answers("/api/v1/meetings/a-room/token", status, body, "text/html");

        var (answered, answer) = await SendAsync(HttpMethod.Get, "/api/meetings/a-room/token");

        Assert.Equal((502, "bad-gateway", false), (answered, (string)answer["code"]!, (bool)answer["success"]!));
    }

    [Fact]
    public async Task Who_says_nothing_of_who_they_are_is_told_so_in_both_languages()
    {
        using var stranger = GatewayFixture.Client(_gateway);

        using var response = await stranger.GetAsync(new Uri("/api/meetings/a-room/info", UriKind.Relative), Ct);

        var answer = JsonNode.Parse(await response.Content.ReadAsStringAsync(Ct))!;
        Assert.Equal((HttpStatusCode.Unauthorized, "unauthenticated", false), (response.StatusCode, (string)answer["code"]!, (bool)answer["success"]!));
    }

    [Fact]
    [Trait("Acceptance", "S1-09")]
    public async Task Participants_of_a_Zoom_meeting_are_told_as_that_system_told_them()
    {
        Answers("/api/v1/meetings/123/participants", 200, $$"""
            {"meeting":{"id":"{{Id}}","roomId":"r","title":"Algebra","class":{"id":"{{Id}}","name":"7A"},"startsAt":"2026-11-26T08:00:00Z","durationMinutes":45,"state":"finalised"},
             "participants":[{"id":"p","userId":null,"isGuest":true,"name":"Ann","email":null,"status":"left","joinedAt":"2026-11-26T08:00:00Z","leftAt":"2026-11-26T08:20:00Z","durationSeconds":1200,
               "earlySeconds":0,"overtimeSeconds":0,"waitingSeconds":0,"joinCount":1,"leaveCount":1,"intervals":[]}],
             "expectedAttendees":[{"id":"{{Id}}","name":"Ben","attended":false,"participant":null}],
             "stats":{"totalParticipants":1,"joinedCount":0,"expectedCount":1,"attendanceRate":0,"totalDurationSeconds":1200,"averageDurationSeconds":1200} }
            """);

        var (_, answer) = await SendAsync(HttpMethod.Get, "/api/zoom/meetings/123/participants");

        Same($$"""
            {"meeting":{"id":"{{Id}}","title":"Algebra","class":{"id":"{{Id}}","name":"7A"},"start_time":"2026-11-26T08:00:00Z","status":"ended"},
             "participants":[{"id":"p","user_id":null,"name":"Ann","email":null,"status":"left","join_time":"2026-11-26T08:00:00Z","leave_time":"2026-11-26T08:20:00Z","duration":1200}],
             "expectedAttendees":[{"id":"{{Id}}","name":"Ben","attended":false,"participant":null}],
             "stats":{"totalParticipants":1,"joinedCount":0,"expectedCount":1,"attendanceRate":0,"totalDurationSeconds":1200,"avgDurationSeconds":1200} }
            """, answer);
    }

    [Fact]
    [Trait("Acceptance", "S1-11")]
    public async Task Attendance_of_a_Zoom_meeting_is_told_with_counts_and_records()
    {
        Answers("/api/v1/meetings/123/attendance", 200, $$"""
            {"isFinal":true,"note":null,"summary":{"present":1,"late":0,"partial":0,"absent":0,"excused":0,"noData":0,"enrolled":1},
             "records":[{"recordId":"{{Id}}","studentId":"{{Id}}","name":"Ben","status":"present","firstJoinAt":"2026-11-26T08:00:00Z","lastLeaveAt":"2026-11-26T08:20:00Z","durationSeconds":1200,
               "percentage":44.44,"joinCount":1,"leaveCount":1,"source":"zoom","explanation":""}]}
            """);

        var (_, answer) = await SendAsync(HttpMethod.Get, "/api/zoom/meetings/123/attendance");

        Same($$"""
            {"summary":{"present":1,"late":0,"partial":0,"absent":0,"excused":0,"no_data":0,"enrolled":1},
             "records":[{"id":"{{Id}}","student_id":"{{Id}}","name":"Ben","status":"present","join_time":"2026-11-26T08:00:00Z","leave_time":"2026-11-26T08:20:00Z","duration":1200,"percentage":44.44}],
             "is_final":true,"note":null}
            """, answer);
    }

    [Theory]
    [InlineData(200, 2)]
    [InlineData(202, 1)]
    [Trait("Acceptance", "S1-01")]
    [Trait("Acceptance", "S1-03")]
    public async Task A_student_is_registered_with_the_originals_words_and_answer(int status, int registered)
    {
        Answers("/api/v1/registrations/students", status, $$"""
            {"message":"Registered.","registered":{{registered}},"meetingIds":["{{Id}}"],"alreadyRegistered":1,"open":[{"meetingId":"{{Id}}","status":"pending","reason":null}]}
            """);

        var (answered, answer) = await PostAsync("/api/zoom/meetings/register-student", $$"""{"studentId":"{{Id}}","classId":"{{Id}}"}""");

        Assert.Equal(status, answered);
        Same($$"""{"message":"Registered.","registered":{{registered}},"meetingIds":["{{Id}}"]}""", answer);
        Same($$"""{"studentId":"{{Id}}","classId":"{{Id}}"}""", Arrived("POST").Body);
    }

    [Fact]
    [Trait("Acceptance", "S1-02")]
    public async Task Why_a_student_is_not_registered_is_told_with_its_code()
    {
        const string Why = "Only @r1.deped.gov.ph email addresses can join class meetings";
        Answers("/api/v1/registrations/students", 403, $$"""{"title":"{{Why}}","status":403,"code":"DOMAIN_RESTRICTED"}""", "application/problem+json");

        var (status, answer) = await PostAsync("/api/zoom/meetings/register-student", $$"""{"studentId":"{{Id}}","classId":"{{Id}}"}""");

        Assert.Equal((403, Why, "DOMAIN_RESTRICTED"), (status, (string?)answer["error"], (string?)answer["code"]));
    }

    private static void Same(string expected, JsonNode? actual) =>
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(expected), actual), $"Expected {expected}, got {actual?.ToJsonString()}");

    private static void Same(string expected, string? actual) => Same(expected, JsonNode.Parse(actual!));

    private void Answers(string path, int status, string body, string type = "application/json") => _service
        .Given(Request.Create().WithPath(path).UsingAnyMethod())
        .RespondWith(Response.Create().WithStatusCode(status).WithHeader("Content-Type", type).WithHeader("ETag", "\"1\"").WithBody(body));

    private WireMock.IRequestMessage Arrived(string method) => Assert.Single(_service.LogEntries, entry => entry.RequestMessage!.Method == method).RequestMessage!;

    private Task<(int Status, JsonNode Answer)> PostAsync(string path, string body) => SendAsync(HttpMethod.Post, path, body);

    private async Task<(int Status, JsonNode Answer)> SendAsync(HttpMethod method, string path, string? body = null)
    {
        using var request = new HttpRequestMessage(method, path);
        if (body is not null) request.Content = new StringContent(body, Encoding.UTF8, "application/json");
        using var response = await _client.SendAsync(request, Ct);
        Assert.Null(response.Headers.ETag);
        return ((int)response.StatusCode, JsonNode.Parse(await response.Content.ReadAsStringAsync(Ct))!);
    }
}

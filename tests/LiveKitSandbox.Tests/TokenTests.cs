using System.Text.Json.Nodes;
using Meetings.LiveKitSandbox.Tokens;
using Xunit;
using static Meetings.LiveKitSandbox.Tests.SandboxServer;

namespace Meetings.LiveKitSandbox.Tests;

/// <summary>Which tokens are good, and what they let a participant be.</summary>
public sealed class TokenTests
{
    private const string VectorSecret = "lk-test-secret-0123456789abcdefghijklmnop";

    /// <summary>Made and checked by the vendor's Node SDK 2.19.2.</summary>
    private const string VectorJoin =
        "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJpc3MiOiJBUElUZXN0S2V5MDAwMDEiLCJzdWIiOiJzdHVkZW50LTQyIiwibmJmIjoxNzYwMDAwMDAwLCJleHAiOjQxMDI0NDQ4MDAsIm5hbWUi"
        + "OiLQkNC90L3QsCDQgdC70LrQuNC90LAiLCJtZXRhZGF0YSI6IntcInJvbGVcIjpcInN0dWRlbnRcIn0iLCJhdHRyaWJ1dGVzIjp7ImNsYXNzSWQiOiI3YiJ9LCJ2aWRlbyI6eyJyb29tSm9pbiI6dHJ1"
        + "ZSwicm9vbSI6Imxlc3Nvbi03Yi1hbGdlYnJhIiwiY2FuUHVibGlzaCI6dHJ1ZSwiY2FuU3Vic2NyaWJlIjp0cnVlLCJjYW5QdWJsaXNoRGF0YSI6dHJ1ZSwiY2FuUHVibGlzaFNvdXJjZXMiOlsiY2Ft"
        + "ZXJhIiwibWljcm9waG9uZSJdfX0.KNpjHhVYbHINUIj9LdqWiQRAg2ltcU5lFRTcRqrKjiQ";

    [Fact]
    public void A_token_of_the_vendor_says_here_what_it_says_there()
    {
        var keys = new Dictionary<string, string> { ["APITestKey00001"] = VectorSecret };
        var token = AccessToken.Verify(VectorJoin, keys, DateTimeOffset.FromUnixTimeSeconds(1_760_000_100), out _)!;

        Assert.Equal(("student-42", "Анна Ёлкина", """{"role":"student"}"""), (token.Identity, token.Name, token.Metadata));
        Assert.Equal("7b", token.Attributes["classId"]);
        Assert.True(token.Video is { RoomJoin: true, Room: "lesson-7b-algebra" });
        Assert.Equal("[ CAMERA MICROPHONE ]".Split(' ')[1..3], token.Video.ToPermission().CanPublishSources.Select(s => s.ToString().ToUpperInvariant()));
        Assert.Null(AccessToken.Verify(VectorJoin, keys, DateTimeOffset.FromUnixTimeSeconds(1_759_999_939), out _));
        Assert.NotNull(AccessToken.Verify(VectorJoin, keys, DateTimeOffset.FromUnixTimeSeconds(1_759_999_940), out _));
    }

    private static readonly Dictionary<string, (Func<TimeProvider, string> Token, string Why)> Bad = new()
    {
        ["no token at all"] = (_ => "nothing", "invalid authorization token"),
        ["two parts"] = (_ => "e30.e30", "invalid authorization token"),
        ["no JSON"] = (_ => "AAAA.AAAA.AAAA", "invalid authorization token"),
        ["a key that is not known"] = (clock => TestToken.Of(clock, change: c => c["iss"] = "another"), "invalid API key"),
        ["no key"] = (clock => TestToken.Of(clock, change: c => c.Remove("iss")), "invalid API key"),
        ["another secret"] = (clock => TestToken.Of(clock, secret: "another-secret-0123456789abcdefghij"), "signature is invalid"),
        ["HS512 with the right secret"] = (clock => TestToken.Of(clock, algorithm: "HS512"), "signing method HS512 is invalid"),
        ["no signature"] = (clock => TestToken.Of(clock, algorithm: "none"), "signing method none is invalid"),
        ["another's signature"] = (clock => TestToken.Of(clock, "eve")[..^43] + TestToken.Of(clock, "ana")[^43..], "signature is invalid"),
        ["no end"] = (clock => TestToken.Of(clock, change: c => c.Remove("exp")), "exp claim is required"),
        ["ended more than a minute ago"] = (clock => TestToken.Of(clock, change: c => Move(c, "exp", -661)), "token is expired"),
        ["begins in more than a minute"] = (clock => TestToken.Of(clock, change: c => Move(c, "nbf", 62)), "token is not valid yet"),
        ["an end that is text"] = (clock => TestToken.Of(clock, change: c => c["exp"] = "4102444800"), "invalid authorization token"),
        ["grants that are text"] = (clock => TestToken.Of(clock, change: c => c["video"] = "all"), "invalid authorization token"),
    };

    public static TheoryData<string> BadTokens => [.. Bad.Keys];

    [Theory]
    [MemberData(nameof(BadTokens))]
    public async Task A_bad_token_is_refused_before_anything_else_in_plain_text(string what)
    {
        await using var sandbox = await StartAsync();
        var (token, why) = Bad[what];
        var answer = await sandbox.SendAsync("ListRooms", "this is no JSON", token(sandbox.Clock));

        Assert.Equal((401, "text/plain"), ((int)answer.StatusCode, answer.Content.Headers.ContentType!.MediaType));
        Assert.Contains(why, await TextAsync(answer), StringComparison.Ordinal);
        Assert.Equal(401, await sandbox.RefusedControlAsync("join", new { token = token(sandbox.Clock) }));
    }

    [Fact]
    public async Task The_clocks_of_signer_and_server_may_differ_by_a_minute()
    {
        await using var sandbox = await StartAsync();
        Action<JsonObject>[] differ = [c => Move(c, "exp", -659), c => Move(c, "nbf", 60)];
        foreach (var change in differ)
        {
            var token = TestToken.Of(sandbox.Clock, video: new { roomList = true }, change: change);
            Assert.Equal(200, (int)(await sandbox.SendAsync("ListRooms", "{}", token)).StatusCode);
        }
    }

    [Fact]
    public async Task Every_key_has_its_own_secret()
    {
        await using var sandbox = await StartAsync(("Keys:other", "other-secret-0123456789abcdefghijklmn"));
        var grants = new { roomList = true };
        var own = TestToken.Of(sandbox.Clock, video: grants, change: c => c["iss"] = "other", secret: "other-secret-0123456789abcdefghijklmn");
        var crossed = TestToken.Of(sandbox.Clock, video: grants, change: c => c["iss"] = "other");

        Assert.Equal(200, (int)(await sandbox.SendAsync("ListRooms", "{}", own)).StatusCode);
        Assert.Equal(401, (int)(await sandbox.SendAsync("ListRooms", "{}", crossed)).StatusCode);
    }

    [Fact]
    [Trait("Acceptance", "S3-12")]
    public async Task A_participant_is_who_the_token_says()
    {
        await using var sandbox = await StartAsync();
        var token = TestToken.Of(
            sandbox.Clock, "123_", new { roomJoin = true, room = Lesson }, "أحمد محمد 🦩", """{"role":"teacher","name":"أحمد محمد"}""",
            claims => claims["attributes"] = new JsonObject { ["classId"] = "7b" });
        await sandbox.ControlAsync("join", new { token, room = "another" });

        var participant = await sandbox.CallAsync("GetParticipant", new { room = Lesson, identity = "123_" });
        Assert.Equal("أحمد محمد 🦩", participant["name"]!.GetValue<string>());
        Assert.Equal("""{"role":"teacher","name":"أحمد محمد"}""", participant["metadata"]!.GetValue<string>());
        Assert.Equal("7b", participant["attributes"]!["classId"]!.GetValue<string>());
        Assert.Equal("STANDARD", participant["kind"]!.GetValue<string>());
    }

    [Theory]
    [InlineData("{}", true, true, true, "")]
    [InlineData("""{"canPublish":false}""", false, true, false, "")]
    [InlineData("""{"canPublish":false,"canPublishData":true,"canSubscribe":false}""", false, false, true, "")]
    [InlineData("""{"canPublishSources":["microphone","screen_share"]}""", true, true, true, "MICROPHONE SCREEN_SHARE")]
    [Trait("Acceptance", "S3-13")]
    public async Task What_a_token_does_not_say_is_granted_by_default(string video, bool publish, bool subscribe, bool data, string sources)
    {
        await using var sandbox = await StartAsync();
        var grant = JsonNode.Parse(video)!.AsObject();
        (grant["roomJoin"], grant["room"]) = (true, Lesson);
        await sandbox.ControlAsync("join", new { token = sandbox.Participant("ana", grant) });

        var may = (await sandbox.CallAsync("GetParticipant", new { room = Lesson, identity = "ana" }))["permission"]!;
        Assert.Equal(
            (publish, subscribe, data), (may["can_publish"]!.GetValue<bool>(), may["can_subscribe"]!.GetValue<bool>(), may["can_publish_data"]!.GetValue<bool>()));
        Assert.Equal(sources, string.Join(' ', may["can_publish_sources"]!.AsArray().Select(s => s!.GetValue<string>())));
    }

    [Fact]
    public async Task Who_may_not_join_does_not()
    {
        await using var sandbox = await StartAsync(("AutoCreate", "false"));
        var clock = sandbox.Clock;
        Assert.Equal(401, await sandbox.RefusedControlAsync("join", new { }));
        Assert.Equal(401, await JoinAsync(TestToken.Of(clock, "ana")));
        Assert.Equal(401, await JoinAsync(TestToken.Of(clock, "ana", new { roomAdmin = true, room = Lesson })));
        Assert.Equal(400, await JoinAsync(TestToken.Of(clock, null, new { roomJoin = true, room = Lesson })));
        Assert.Equal(400, await JoinAsync(TestToken.Of(clock, "ana", new { roomJoin = true })));
        Assert.Equal(400, await JoinAsync(TestToken.Of(clock, new string('x', 257), new { roomJoin = true, room = Lesson })));
        Assert.Equal(404, await JoinAsync(sandbox.Participant("ana")));
        Assert.Empty(await sandbox.SeenAsync("rooms"));

        Task<int> JoinAsync(string token) => sandbox.RefusedControlAsync("join", new { token });
    }

    [Fact]
    public async Task A_room_that_a_participant_opens_is_as_the_token_wants_it()
    {
        await using var sandbox = await StartAsync();
        var token = TestToken.Of(sandbox.Clock, "ana", new { roomJoin = true, room = Lesson }, change: claims => claims["roomConfig"] =
            new JsonObject { ["emptyTimeout"] = 90, ["departure_timeout"] = 45, ["maxParticipants"] = 2, ["metadata"] = "{}", ["agents"] = new JsonArray() });
        await sandbox.ControlAsync("join", new { token });

        var room = (await sandbox.CallAsync("ListRooms", new { }))["rooms"]![0]!;
        Assert.Equal(
            (90, 45, 2), (room["empty_timeout"]!.GetValue<int>(), room["departure_timeout"]!.GetValue<int>(), room["max_participants"]!.GetValue<int>()));
    }

    private static void Move(JsonObject claims, string name, int seconds) => claims[name] = claims[name]!.GetValue<long>() + seconds;
}

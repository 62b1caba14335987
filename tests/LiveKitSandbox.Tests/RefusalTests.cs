using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Xunit;
using static Meetings.LiveKitSandbox.Tests.SandboxServer;

namespace Meetings.LiveKitSandbox.Tests;

/// <summary>What is refused, and how.</summary>
public sealed class RefusalTests
{
    private static readonly Dictionary<string, object?> Grants = new()
    {
        ["none"] = null,
        ["empty"] = new { },
        ["create"] = new { roomCreate = true },
        ["list"] = new { roomList = true },
        ["admin"] = new { roomAdmin = true, room = Lesson },
        ["admin of another"] = new { roomAdmin = true, room = "another" },
        ["admin of none"] = new { roomAdmin = true },
        ["join"] = new { roomJoin = true, room = Lesson },
    };

    [Theory]
    [InlineData("CreateRoom", "create")]
    [InlineData("DeleteRoom", "create")]
    [InlineData("ListRooms", "list")]
    [InlineData("ListParticipants", "admin")]
    [InlineData("GetParticipant", "admin")]
    [InlineData("RemoveParticipant", "admin")]
    [InlineData("MutePublishedTrack", "admin")]
    [InlineData("UpdateParticipant", "admin")]
    [InlineData("UpdateSubscriptions", "admin")]
    [InlineData("SendData", "admin")]
    [InlineData("UpdateRoomMetadata", "admin")]
    public async Task A_method_needs_its_grant_and_no_other_will_do(string method, string needed)
    {
        await using var sandbox = await StartAsync();
        foreach (var (name, video) in Grants)
        {
            var body = $$"""{"name":"{{Lesson}}","room":"{{Lesson}}","identity":"ana"}""";
            var answer = await sandbox.SendAsync(method, body, TestToken.Of(sandbox.Clock, video: video));
            Assert.True(answer.StatusCode is HttpStatusCode.Unauthorized == (name != needed), $"{method} with {name}: {answer.StatusCode}");
            if (name != needed) await IsDeniedAsync(answer);
        }

        await IsDeniedAsync(await sandbox.SendAsync(method, "{}", token: null));
    }

    [Theory]
    [InlineData("CreateRoom", "name")]
    [InlineData("UpdateRoomMetadata", "metadata")]
    public async Task What_is_too_long_is_an_invalid_argument(string method, string field)
    {
        await using var sandbox = await StartAsync();
        await sandbox.CallAsync("CreateRoom", new { name = Lesson });
        var limit = field == "name" ? 256 : 512 * 1024;
        var body = new JsonObject { ["room"] = Lesson, [field] = new string('x', limit) };
        var answer = await sandbox.SendAsync(method, body.ToJsonString(), sandbox.Admin());
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);

        // One byte more, and two in one letter.
        body[field] = new string('x', limit - 1) + "é";
        answer = await sandbox.SendAsync(method, body.ToJsonString(), sandbox.Admin());
        Assert.Equal((400, "invalid_argument"), await CodeAsync(answer));
    }

    [Fact]
    public async Task What_an_administrator_sets_on_a_participant_has_its_limits()
    {
        await using var sandbox = await StartAsync();
        await sandbox.JoinAsync("ana");
        var tooMuch = new object[]
        {
            new { room = Lesson, identity = "ana", name = new string('x', 257) },
            new { room = Lesson, identity = "ana", metadata = new string('x', 512 * 1024 + 1) },
            new { room = Lesson, identity = "ana", attributes = new { a = new string('x', 64 * 1024) } },
        };
        foreach (var body in tooMuch)
        {
            var refused = await sandbox.CallAsync("UpdateParticipant", body, 400);
            Assert.Equal("invalid_argument", refused["code"]!.GetValue<string>());
            Assert.EndsWith("exceeds limits", refused["meta"]!["argument"]!.GetValue<string>(), StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData(true, 413, "request body too large")]
    [InlineData(false, 400, "malformed")]
    public async Task A_body_over_10_MiB_is_refused_whether_it_says_so_or_not(bool says, int status, string why)
    {
        await using var sandbox = await StartAsync();
        await sandbox.JoinAsync("ana");
        var data = Encoding.UTF8.GetBytes($$"""{"room":"{{Lesson}}","data":"{{new string('A', 10 << 20)}}"}""");
        using HttpContent body = says ? new ByteArrayContent(data) : new StreamContent(new Trickle(data));
        body.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        var answer = await sandbox.SendAsync("SendData", body, sandbox.Admin());

        Assert.Equal(status, (int)answer.StatusCode);
        Assert.Contains(why, await TextAsync(answer), StringComparison.Ordinal);
        Assert.Empty(await sandbox.SeenAsync("data"));
    }

    [Theory]
    [InlineData("GetParticipant", 404, "not_found")]
    [InlineData("RemoveParticipant", 404, "not_found")]
    [InlineData("UpdateParticipant", 404, "not_found")]
    [InlineData("UpdateRoomMetadata", 404, "not_found")]
    [InlineData("DeleteRoom", 404, "not_found")]
    [InlineData("MutePublishedTrack", 503, "unavailable")]
    [InlineData("UpdateSubscriptions", 503, "unavailable")]
    [InlineData("SendData", 503, "unavailable")]
    public async Task A_room_that_is_not_there_is_told_of_as_the_server_does_method_by_method(string method, int status, string code)
    {
        await using var sandbox = await StartAsync();
        Assert.Equal(code, (await sandbox.CallAsync(method, new { room = Lesson, identity = "ana" }, status))["code"]!.GetValue<string>());
        Assert.Empty((await sandbox.CallAsync("ListParticipants", new { room = Lesson }))["participants"]!.AsArray());
    }

    [Theory]
    [InlineData("GET", "CreateRoom", "application/json", "unsupported method")]
    [InlineData("PUT", "CreateRoom", "application/json", "unsupported method")]
    [InlineData("POST", "createroom", "application/json", "no handler for path")]
    [InlineData("POST", "", "application/json", "no handler for path")]
    [InlineData("POST", "CreateRoom", "text/plain", "unexpected Content-Type")]
    public async Task A_call_that_no_method_takes_is_a_bad_route(string verb, string method, string type, string why)
    {
        await using var sandbox = await StartAsync();
        var answer = await sandbox.SendOddlyAsync(verb, method, type);
        var json = await JsonAsync(answer);

        Assert.Equal((404, "bad_route"), ((int)answer.StatusCode, json["code"]!.GetValue<string>()));
        Assert.Contains(why, json["msg"]!.GetValue<string>(), StringComparison.Ordinal);
        Assert.Equal($"{verb} /twirp/livekit.RoomService/{method}", json["meta"]!["twirp_invalid_route"]!.GetValue<string>());
    }

    [Fact]
    public async Task A_host_with_a_slash_at_its_end_and_a_token_in_the_query_will_do()
    {
        await using var sandbox = await StartAsync();
        var url = new Uri($"{sandbox.Http.BaseAddress}/twirp/livekit.RoomService/ListRooms?access_token={sandbox.Admin()}");
        Assert.StartsWith("//", url.AbsolutePath, StringComparison.Ordinal);

        Assert.Equal(HttpStatusCode.OK, (await sandbox.PostAsync(url)).StatusCode);
    }

    [Fact]
    public async Task A_call_can_be_made_to_fail_in_ways_that_the_sandbox_never_would()
    {
        await using var sandbox = await StartAsync();
        await sandbox.ControlAsync("api-faults", new { method = "CreateRoom", times = 2, status = 502, body = "<h1>Bad Gateway</h1>", hasEffect = true });
        await sandbox.ControlAsync("api-faults", new { method = "ListRooms", abort = true });

        for (var n = 0; n < 2; n++)
        {
            var answer = await sandbox.SendAsync("CreateRoom", $$"""{"name":"{{Lesson}}"}""", sandbox.Admin());
            Assert.Equal((502, "text/html"), ((int)answer.StatusCode, answer.Content.Headers.ContentType!.MediaType));
        }

        await Assert.ThrowsAsync<HttpRequestException>(() => sandbox.SendAsync("ListRooms", "{}", sandbox.Admin()));
        Assert.Single((await sandbox.CallAsync("ListRooms", new { }))["rooms"]!.AsArray());
        await sandbox.CallAsync("CreateRoom", new { name = Lesson });
    }

    private static async Task IsDeniedAsync(HttpResponseMessage answer)
    {
        Assert.Equal("application/json", answer.Content.Headers.ContentType!.MediaType);
        Assert.Equal((401, "unauthenticated"), await CodeAsync(answer));
    }

    private static async Task<(int Status, string Code)> CodeAsync(HttpResponseMessage answer) =>
        ((int)answer.StatusCode, (await JsonAsync(answer))["code"]!.GetValue<string>());

    /// <summary>A stream whose length nobody knows.</summary>
    private sealed class Trickle(byte[] data) : MemoryStream(data)
    {
        public override bool CanSeek => false;
    }
}

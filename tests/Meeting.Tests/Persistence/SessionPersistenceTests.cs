using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using Meetings.Meeting.Persistence;
using Meetings.Meeting.Tests.Providers.LiveKit;
using Meetings.Testing;
using StackExchange.Redis;
using static Meetings.Meeting.Tests.MeetingService;

namespace Meetings.Meeting.Tests.Persistence;

/// <summary>Sessions in a Redis of their own, which is killed, wiped, frozen and filled with rubbish.</summary>
[Trait("Acceptance", "S3-28")]
public sealed class SessionPersistenceTests : IAsyncLifetime
{
    private readonly RedisServer _redis = new();
    private LiveKitService _livekit = null!;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        await _redis.StartAsync();
        _livekit = new LiveKitService { More = [("ConnectionStrings:redis", _redis.ConnectionString)] };
        await _livekit.InitializeAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _livekit.DisposeAsync();
        _redis.Dispose();
    }

    [Fact]
    public async Task A_session_is_kept_until_half_an_hour_after_its_end_and_gone_when_it_is_ended()
    {
        var meeting = await OpenedAsync();

        using var redis = await ConnectionMultiplexer.ConnectAsync(_redis.ConnectionString);
        var left = await redis.GetDatabase().KeyTimeToLiveAsync(Key(meeting));
        var wanted = DateTimeOffset.Parse(Text(meeting, "startsAt"), CultureInfo.InvariantCulture).AddMinutes(48 + 30) - DateTimeOffset.UtcNow;
        Assert.InRange(left!.Value, wanted - TimeSpan.FromSeconds(20), wanted + TimeSpan.FromSeconds(1));
        var kept = JsonNode.Parse((string)(await redis.GetDatabase().StringGetAsync(Key(meeting)))!)!;
        Assert.Equal((Text(meeting, "id"), Text(meeting, "providerMeetingId")), ((string)kept["meetingId"]!, (string)kept["roomName"]!));
        // Nobody's name or address, and nothing that lets anybody in.
        Assert.DoesNotContain("@", kept.ToJsonString(), StringComparison.Ordinal);
        Assert.Equal(["meetingId", "version", "roomName", "endsAt", "settings"], kept.AsObject().Select(one => one.Key));

        await _livekit.Service.DoAsync(_livekit.School.Teacher, Text(meeting, "id"), "cancel");
        await Eventually.Holds(async () => !await redis.GetDatabase().KeyExistsAsync(Key(meeting)), "the session to be forgotten");
    }

    [Fact]
    public async Task A_room_that_the_provider_lost_comes_back_as_it_was_by_another_replica_too()
    {
        var meeting = await OpenedAsync(("settings", new JsonObject { ["maxParticipants"] = 9 }));
        await using var second = await _livekit.Service.StartReplicaAsync(_livekit.Service.Zoom.Address, _livekit.Service.Settings);
        await LoseAsync(meeting);

        using var client = _livekit.Service.As(_livekit.School.Teacher);
        client.BaseAddress = second.Rest;
        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync(new Uri($"/api/v1/meetings/{Text(meeting, "id")}/room", UriKind.Relative), Ct)).StatusCode);

        Assert.Equal(9, (int)(await _livekit.RoomAsync(Text(meeting, "providerMeetingId")))!["maxParticipants"]!);
    }

    [Fact]
    public async Task With_Redis_killed_in_the_middle_nothing_is_lost_and_it_is_used_again_when_it_is_back()
    {
        var meeting = await OpenedAsync(("settings", new JsonObject { ["maxParticipants"] = 9 }));

        _redis.Kill();
        await LoseAsync(meeting);
        await BackAsync(meeting, 9);
        Assert.Equal("Degraded", await HealthAsync());

        await _redis.StartAsync();
        await Eventually.Holds(async () => await HealthAsync() == "Healthy", "it to be well again");
        await Eventually.Holds(
            async () =>
            {
                await _livekit.ReadAsync(_livekit.School.Teacher, $"{Text(meeting, "id")}/token");
                using var redis = await ConnectionMultiplexer.ConnectAsync(_redis.ConnectionString);
                return await redis.GetDatabase().KeyExistsAsync(Key(meeting));
            }, "the session to be kept again");
    }

    [Fact]
    public async Task Wiped_it_is_filled_again_from_what_PostgreSQL_has()
    {
        var meeting = await OpenedAsync(("settings", new JsonObject { ["maxParticipants"] = 9 }));
        using var redis = await ConnectionMultiplexer.ConnectAsync(_redis.ConnectionString);

        await redis.GetDatabase().KeyDeleteAsync(Key(meeting));
        await LoseAsync(meeting);
        await BackAsync(meeting, 9);

        Assert.True(await redis.GetDatabase().KeyExistsAsync(Key(meeting)));
    }

    [Theory]
    [InlineData("not JSON")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("""{"meetingId":"00000000-0000-0000-0000-000000000001","version":1,"roomName":"another","endsAt":"2030-01-01T00:00:00Z","settings":{"maxParticipants":1}}""")]
    public async Task What_is_no_session_of_this_meeting_is_as_nothing(string value)
    {
        var meeting = await OpenedAsync(("settings", new JsonObject { ["maxParticipants"] = 9 }));
        using var redis = await ConnectionMultiplexer.ConnectAsync(_redis.ConnectionString);

        await redis.GetDatabase().StringSetAsync(Key(meeting), value);
        await LoseAsync(meeting);

        await BackAsync(meeting, 9);
    }

    [Fact]
    public async Task What_was_kept_before_a_change_does_not_come_back()
    {
        var meeting = await OpenedAsync(("settings", new JsonObject { ["maxParticipants"] = 9 }));
        Assert.Equal(HttpStatusCode.OK, (await _livekit.Service.PatchAsync(meeting, ("settings", new JsonObject { ["maxParticipants"] = 4 }))).StatusCode);
        await LoseAsync(meeting);

        await BackAsync(meeting, 4);
    }

    [Fact]
    public async Task Frozen_it_costs_one_caller_a_moment_and_the_next_ones_nothing()
    {
        var meeting = await OpenedAsync();
        _redis.Freeze();

        // Each would wait for the patience of 100 ms, were it not left alone after the first.
        var started = Stopwatch.GetTimestamp();
        for (var i = 0; i < 30; i++) await _livekit.ReadAsync(_livekit.School.Teacher, $"{Text(meeting, "id")}/token");
        var frozen = Stopwatch.GetElapsedTime(started);
        _redis.Thaw();

        started = Stopwatch.GetTimestamp();
        for (var i = 0; i < 30; i++) await _livekit.ReadAsync(_livekit.School.Teacher, $"{Text(meeting, "id")}/token");
        Assert.True(frozen < (Stopwatch.GetElapsedTime(started) * 2) + TimeSpan.FromSeconds(1.5), $"{frozen} with a frozen Redis");
    }

    private static RedisKey Key(JsonObject meeting) => SessionPersistence.Key(Guid.Parse(Text(meeting, "id")));

    /// <summary>A session whose teacher has come in.</summary>
    private async Task<JsonObject> OpenedAsync(params (string Field, JsonNode? Value)[] changes)
    {
        var meeting = await _livekit.MeetingAsync(changes);
        using var redis = await ConnectionMultiplexer.ConnectAsync(_redis.ConnectionString);
        await Eventually.Holds(
            async () =>
            {
                await _livekit.ReadAsync(_livekit.School.Teacher, $"{Text(meeting, "id")}/token");
                return await redis.GetDatabase().KeyExistsAsync(Key(meeting));
            }, "the session to be kept");
        return meeting;
    }

    private async Task LoseAsync(JsonObject meeting)
    {
        await _livekit.WithAsync(async provider =>
        {
            await provider.EndAsync(Text(meeting, "providerMeetingId"), Ct);
            return true;
        });
        Assert.Null(await _livekit.RoomAsync(Text(meeting, "providerMeetingId")));
    }

    private async Task BackAsync(JsonObject meeting, int people)
    {
        await _livekit.ReadAsync(_livekit.School.Teacher, $"{Text(meeting, "id")}/token");
        Assert.Equal(people, (int)(await _livekit.RoomAsync(Text(meeting, "providerMeetingId")))!["maxParticipants"]!);
    }

    private async Task<string> HealthAsync()
    {
        using var client = _livekit.Service.As(null);
        return (string)JsonNode.Parse(await client.GetStringAsync(new Uri("/health", UriKind.Relative), Ct))!["checks"]!["sessions"]!["status"]!;
    }

    /// <summary>A server of one test, on a port that stays the same when it comes back.</summary>
    private sealed class RedisServer : IDisposable
    {
        private readonly int _port = FreePort();
        private Process? _process;

        public string ConnectionString => $"127.0.0.1:{_port},connectTimeout=1000";

        public async Task StartAsync()
        {
            _process = Process.Start(new ProcessStartInfo("redis-server", ["--port", $"{_port}", "--bind", "127.0.0.1", "--save", "", "--dir", Path.GetTempPath()]) { RedirectStandardOutput = true })!;
            await Eventually.Holds(
                async () =>
                {
                    using var socket = new TcpClient();
                    try
                    {
                        await socket.ConnectAsync(IPAddress.Loopback, _port, Ct);
                        return true;
                    }
                    catch (SocketException)
                    {
                        return false;
                    }
                }, "Redis to listen");
        }

        public void Kill()
        {
            _process!.Kill();
            _process.WaitForExit();
        }

        public void Freeze() => Signal("STOP");

        public void Thaw() => Signal("CONT");

        public void Dispose()
        {
            if (_process is { HasExited: false }) Kill();
            _process?.Dispose();
        }

        private void Signal(string signal) => Process.Start("kill", [$"-{signal}", $"{_process!.Id}"])!.WaitForExit();

        private static int FreePort()
        {
            using var listener = new TcpListener(IPAddress.Loopback, 0);
            listener.Start();
            return ((IPEndPoint)listener.LocalEndpoint).Port;
        }
    }
}

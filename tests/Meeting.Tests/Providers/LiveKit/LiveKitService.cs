extern alias LiveKitSandbox;

using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;
using Meetings.Meeting.Directory;
using Meetings.Meeting.Providers;
using Meetings.Meeting.Scheduling;
using Meetings.ServiceDefaults.Security;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using static Meetings.Meeting.Tests.MeetingService;

namespace Meetings.Meeting.Tests.Providers.LiveKit;

/// <summary>The Meeting service with the LiveKit sandbox, which answers as the real server does and goes wrong as it is told to.</summary>
public class LiveKitService : IAsyncLifetime
{
    public const string Secret = "livekit-development-secret-0123456789abcdef";

    private readonly WebApplicationFactory<LiveKitSandbox::Program> _sandbox = new WebApplicationFactory<LiveKitSandbox::Program>().WithWebHostBuilder(host => host
        .UseEnvironment("Testing").ConfigureLogging(logging => logging.ClearProviders())
        .UseSetting("Kestrel:Endpoints:http:Url", "http://127.0.0.1:0").UseSetting("urls", "http://127.0.0.1:0")
        .UseSetting("LiveKit:Keys:devkey", Secret));

    private HttpClient _control = null!;

    /// <summary>Further settings of the service.</summary>
    internal (string Name, string Value)[] More { get; init; } = [];

    /// <summary>As of the service.</summary>
    internal bool IsProvoked { get; init; }

    internal MeetingService Service { get; private set; } = null!;

    internal MeetingHost Host => Service.Host;

    internal Fakes.School School => Service.School;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _sandbox.UseKestrel();
        _sandbox.StartServer();
        _control = _sandbox.CreateClient();
        Service = new MeetingService
        {
            IsProvoked = IsProvoked,
            Settings =
            [
                ("services:livekit-sandbox:http:0", _control.BaseAddress!.GetLeftPart(UriPartial.Authority)),
                ("LiveKit:WebUrl", "https://school.example"), ("LiveKit:PublicUrl", "wss://rooms.school.example"), .. More,
            ],
        };
        await Service.InitializeAsync();

        // Whose children are whose is known from what the directory told of the parents.
        await using var scope = Host.Services.CreateAsyncScope();
        var directory = scope.ServiceProvider.GetRequiredService<SchoolDirectoryReader>();
        foreach (var parent in (Caller[])[School.Parent, School.OtherParent]) await directory.FetchPersonAsync(parent.PersonId, Ct);
    }

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        if (Service is not null) await Service.DisposeAsync();
        await _sandbox.DisposeAsync();
    }

    internal Task<HttpResponseMessage> CreateAsync(Caller caller, string? key, params (string Field, JsonNode? Value)[] changes) => Service.CreateAsync(
        caller, Service.Request([("provider", "livekit"), ("startsAt", DateTimeOffset.UtcNow.AddMinutes(10).ToString("o")), .. changes]), key);

    /// <summary>A class meeting of the teacher's on LiveKit, made.</summary>
    internal async Task<JsonObject> MeetingAsync(params (string Field, JsonNode? Value)[] changes)
    {
        var answer = await CreateAsync(School.Teacher, null, changes);
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync(Ct));
        return await JsonAsync(answer);
    }

    internal async Task<HttpResponseMessage> GetAsync(Caller caller, string path)
    {
        using var client = Service.As(caller);
        return await client.GetAsync(new Uri($"/api/v1/meetings/{path}", UriKind.Relative), Ct);
    }

    internal async Task<JsonObject> ReadAsync(Caller caller, string path)
    {
        var answer = await GetAsync(caller, path);
        Assert.True(answer.IsSuccessStatusCode, $"{path}: {answer.StatusCode} {await answer.Content.ReadAsStringAsync(Ct)}");
        return await JsonAsync(answer);
    }

    /// <summary>Somebody comes into a meeting with a token that they are given now.</summary>
    /// <param name="at">When; now for null.</param>
    internal async Task<JsonObject> JoinAsync(Caller caller, JsonObject meeting, DateTimeOffset? at = null)
    {
        var token = await ReadAsync(caller, $"{Text(meeting, "id")}/token");
        return (JsonObject)(await ControlAsync("join", new { token = Text(token, "accessToken"), at }))!;
    }

    /// <summary>What LiveKit has of a meeting's room; null when it is not open.</summary>
    internal async Task<JsonObject?> RoomAsync(string name) =>
        (JsonObject?)(await _control.GetFromJsonAsync<JsonArray>("/control/rooms", Ct))!.SingleOrDefault(room => (string?)room!["name"] == name);

    internal async Task<JsonArray> DataAsync(string room) => (await _control.GetFromJsonAsync<JsonArray>($"/control/data?room={room}", Ct))!;

    internal async Task<JsonNode?> ControlAsync(string path, object? body = null)
    {
        var answer = await _control.PostAsJsonAsync($"/control/{path}", body ?? new { }, Ct);
        var text = await answer.Content.ReadAsStringAsync(Ct);
        Assert.True(answer.IsSuccessStatusCode, $"{path}: {answer.StatusCode} {text}");
        return text.Length == 0 ? null : JsonNode.Parse(text);
    }

    /// <summary>What becomes of the next calls of LiveKit's API.</summary>
    internal Task FailAsync(object fault, int times = 1)
    {
        var request = JsonSerializer.SerializeToNode(fault)!.AsObject();
        request["times"] = times;
        return ControlAsync("api-faults", request);
    }

    internal async Task ResetAsync() => await ControlAsync("reset");

    /// <summary>Does something with LiveKit behind its port.</summary>
    internal async Task<T> WithAsync<T>(Func<IMeetingProvider, Task<T>> act, string provider = "livekit")
    {
        await using var scope = Host.Services.CreateAsyncScope();
        return await act(scope.ServiceProvider.GetRequiredService<MeetingProviders>()[provider]);
    }

    internal HalfDoneMeetings HalfDone => Host.Services.GetRequiredService<HalfDoneMeetings>();
}

/// <summary>The same, with a sandbox that goes wrong most of the time.</summary>
public sealed class ProvokedLiveKitService : LiveKitService
{
    public ProvokedLiveKitService() => IsProvoked = true;
}

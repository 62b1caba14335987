using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;
using Meetings.Testing;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Xunit;

namespace Meetings.LiveKitSandbox.Tests;

/// <summary>The sandbox as it runs, on a free port, with an endpoint that listens to it.</summary>
internal sealed class SandboxServer : IAsyncDisposable
{
    public const string Key = "devkey";
    public const string Secret = "livekit-development-secret-0123456789abcdef";
    public const string Lesson = "itqan-group-session-42";

    /// <summary>Retries after 1, 2, 4 and 8 seconds come here after 1, 2, 4 and 8 milliseconds.</summary>
    public static readonly (string, string) InAHurry = ("TimeCompression", "1000");

    private readonly WebApplicationFactory<LiveKitOptions> _app;

    private SandboxServer(WebApplicationFactory<LiveKitOptions> app, Receiver receiver, ManualClock clock) => (_app, Receiver, Clock) = (app, receiver, clock);

    public Receiver Receiver { get; }

    public ManualClock Clock { get; }

    public LogLines Log { get; private init; } = null!;

    public HttpClient Http { get; private init; } = null!;

    public static async Task<SandboxServer> StartAsync(params (string Name, string Value)[] settings)
    {
        // Now, since the vendor's client, which is one of those who call, has no other time.
        var (clock, receiver, log) = (new ManualClock(TimeProvider.System.GetUtcNow()), await Receiver.StartAsync(), new LogLines());
        var app = new WebApplicationFactory<LiveKitOptions>().WithWebHostBuilder(host =>
        {
            host.UseEnvironment("Testing");
            host.UseSetting("urls", "http://127.0.0.1:0");
            host.UseSetting($"LiveKit:Keys:{Key}", Secret);
            host.UseSetting("LiveKit:WebhookUrl", receiver.Url.ToString());
            foreach (var (name, value) in settings) host.UseSetting($"LiveKit:{name}", value);
            host.ConfigureLogging(logging => logging.AddProvider(log));
            host.ConfigureTestServices(services => services.AddSingleton<TimeProvider>(clock));
        });

        // A real server: the vendor's client needs one.
        app.UseKestrel();
        app.StartServer();


        // Without handlers, which would read a body before they send it.
        (app.ClientOptions.AllowAutoRedirect, app.ClientOptions.HandleCookies) = (false, false);
        return new SandboxServer(app, receiver, clock) { Http = app.CreateClient(), Log = log };
    }

    /// <summary>A service's token with all grants, for the lesson's room.</summary>
    public string Admin(string room = Lesson) =>
        TestToken.Of(Clock, video: new { roomCreate = true, roomList = true, roomAdmin = true, room });

    /// <summary>A participant's token.</summary>
    public string Participant(string identity, object? video = null, string? name = null, string? metadata = null) =>
        TestToken.Of(Clock, identity, video ?? new { roomJoin = true, room = Lesson }, name, metadata);

    /// <summary>Calls a method in JSON.</summary>
    public Task<HttpResponseMessage> SendAsync(string method, string body, string? token) =>
        SendAsync(method, new StringContent(body, Encoding.UTF8, "application/json"), token);

    public Task<HttpResponseMessage> SendAsync(string method, HttpContent body, string? token)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, $"/twirp/livekit.RoomService/{method}") { Content = body };
        if (token is not null) request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        return Http.SendAsync(request);
    }

    /// <summary>Calls a method as the administrator of the lesson's room, and expects this status.</summary>
    public async Task<JsonNode> CallAsync(string method, object body, int status = 200, string? token = null)
    {
        var answer = await SendAsync(method, JsonContent.Create(body), token ?? Admin());
        var text = await answer.Content.ReadAsStringAsync();
        Assert.True((int)answer.StatusCode == status, $"{method}: expected {status}, got {(int)answer.StatusCode} {text}");
        return JsonNode.Parse(text)!;
    }

    public static Task<string> TextAsync(HttpResponseMessage answer) => answer.Content.ReadAsStringAsync();

    public static Task<byte[]> BytesAsync(HttpResponseMessage answer) => answer.Content.ReadAsByteArrayAsync();

    public static async Task<JsonNode> JsonAsync(HttpResponseMessage answer) => JsonNode.Parse(await TextAsync(answer))!;

    /// <summary>Posts an empty request to an address as it is written.</summary>
    public Task<HttpResponseMessage> PostAsync(Uri url) => Http.PostAsync(url, new StringContent("{}", Encoding.UTF8, "application/json"));

    /// <summary>Calls the lesson's server in a way that no client would.</summary>
    public Task<HttpResponseMessage> SendOddlyAsync(string verb, string method, string contentType)
    {
        var request = new HttpRequestMessage(new HttpMethod(verb), $"/twirp/livekit.RoomService/{method}")
        {
            Content = new StringContent("{}", Encoding.UTF8, contentType),
        };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", Admin());
        return Http.SendAsync(request);
    }

    /// <summary>Somebody joins the lesson.</summary>
    public Task<JsonNode> JoinAsync(string identity, object? delivery = null) =>
        ControlAsync("join", new { token = Participant(identity), delivery });

    /// <summary>A call of the control API that must succeed.</summary>
    public async Task<JsonNode> ControlAsync(string path, object? body = null)
    {
        var answer = await Http.PostAsJsonAsync($"/control/{path}", body ?? new { });
        var text = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.IsSuccessStatusCode, $"{path}: {(int)answer.StatusCode} {text}");
        return text.Length == 0 ? new JsonObject() : JsonNode.Parse(text)!;
    }

    public Task<int> RefusedControlAsync(string path, object body) => StatusAsync(Http.PostAsJsonAsync($"/control/{path}", body));

    public async Task<JsonArray> SeenAsync(string path) => (await Http.GetFromJsonAsync<JsonArray>($"/control/{path}"))!;

    /// <summary>Waits until every webhook has found its end.</summary>
    public Task IdleAsync() => Eventually.Holds(
        async () => (await Http.GetFromJsonAsync<JsonNode>("/control/deliveries/pending"))!["idle"]!.GetValue<bool>(), "all webhooks to be delivered");

    public async ValueTask DisposeAsync()
    {
        Receiver.Resume();
        Http.Dispose();
        await _app.DisposeAsync();
        await Receiver.DisposeAsync();
    }

    private static async Task<int> StatusAsync(Task<HttpResponseMessage> answer) => (int)(await answer).StatusCode;
}

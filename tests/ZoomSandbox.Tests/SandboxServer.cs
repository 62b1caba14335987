using System.Globalization;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;
using Meetings.Testing;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;

namespace Meetings.ZoomSandbox.Tests;

/// <summary>The sandbox as it runs, on a free port, with an endpoint that listens to it.</summary>
internal sealed class SandboxServer : IAsyncDisposable
{
    public const string Secret = "zoom-development-secret";
    public const string Host = "teacher@r1.deped.gov.ph";

    private readonly WebApplicationFactory<ZoomOptions> _app;

    private SandboxServer(WebApplicationFactory<ZoomOptions> app, Receiver receiver) => (_app, Receiver) = (app, receiver);

    public Receiver Receiver { get; }

    public HttpClient Http { get; private set; } = null!;

    public static ManualClock NewClock() => new(new DateTimeOffset(2026, 11, 20, 3, 0, 0, TimeSpan.Zero));

    public ManualClock Clock { get; private init; } = null!;

    public static Task<SandboxServer> StartAsync(params (string Name, string Value)[] settings) => StartAsync("127.0.0.1", settings);

    public static async Task<SandboxServer> StartAsync(string address, params (string Name, string Value)[] settings)
    {
        var (clock, receiver) = (NewClock(), await Receiver.StartAsync());
        var app = new WebApplicationFactory<ZoomOptions>().WithWebHostBuilder(host =>
        {
            host.UseEnvironment("Testing");
            host.UseSetting("urls", $"http://{address}:0");
            host.UseSetting("Zoom:WebhookUrl", receiver.Url.ToString());
            foreach (var (name, value) in settings) host.UseSetting($"Zoom:{name}", value);
            host.ConfigureTestServices(services => services.AddSingleton<TimeProvider>(clock));
        });

        // A real server: how a path is encoded is lost on an in-memory one.
        app.UseKestrel();
        app.StartServer();
        var server = new SandboxServer(app, receiver) { Clock = clock, Http = app.CreateClient() };
        // What listens everywhere is asked here.
        server.Http.BaseAddress = new UriBuilder(server.Http.BaseAddress!) { Host = "127.0.0.1" }.Uri;
        await server.SignInAsync();
        return server;
    }

    public async Task SignInAsync()
    {
        var answer = await TokenAsync("zoom-development-client:zoom-development-client-secret", "account_credentials", "zoom-development-account");
        Http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", (await JsonAsync(answer))["access_token"]!.GetValue<string>());
    }

    public async Task<HttpResponseMessage> TokenAsync(string credentials, string grantType, string accountId)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/oauth/token");
        request.Headers.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes(credentials)));
        request.Content = new FormUrlEncodedContent([new("grant_type", grantType), new("account_id", accountId)]);
        return await Http.SendAsync(request);
    }

    public static async Task<JsonNode> JsonAsync(HttpResponseMessage answer) => (await JsonNode.ParseAsync(await answer.Content.ReadAsStreamAsync()))!;

    /// <summary>Calls the REST API.</summary>
    public Task<HttpResponseMessage> CallAsync(HttpMethod method, string path, string? body = null)
    {
        // Kept as it is written: Uri would otherwise compact what is encoded.
        var request = new HttpRequestMessage(method, new Uri(Http.BaseAddress!, new Uri($"/v2{path}", UriKind.Relative)));
        if (body is not null) request.Content = new StringContent(body, Encoding.UTF8, "application/json");
        return Http.SendAsync(request);
    }

    /// <summary>Calls the REST API and expects this status.</summary>
    public async Task<JsonNode?> CallAsync(HttpMethod method, string path, string? body, int status)
    {
        var answer = await CallAsync(method, path, body);
        var text = await answer.Content.ReadAsStringAsync();
        Xunit.Assert.True((int)answer.StatusCode == status, $"{method} {path}: expected {status}, got {(int)answer.StatusCode} {text}");
        return text.Length == 0 ? null : JsonNode.Parse(text);
    }

    /// <summary>A lesson of today.</summary>
    public Task<string> MeetingAsync(string settings = "{}") => CreateAsync(
        $$"""{"topic":"Algebra 7B","type":2,"start_time":"2026-11-20T07:30:00","timezone":"Asia/Manila","duration":50,"settings":{{settings}}}""");

    public async Task<string> CreateAsync(string body)
    {
        var meeting = await CallAsync(HttpMethod.Post, $"/users/{Host}/meetings", body, 201);
        return meeting!["id"]!.GetValue<long>().ToString(CultureInfo.InvariantCulture);
    }

    /// <summary>A call of the control API that must succeed.</summary>
    public async Task<JsonNode> ControlAsync(string path, object? body = null)
    {
        var answer = await Http.PostAsJsonAsync($"/control/{path}", body ?? new { });
        var text = await answer.Content.ReadAsStringAsync();
        Xunit.Assert.True(answer.IsSuccessStatusCode, $"{path}: {(int)answer.StatusCode} {text}");
        return text.Length == 0 ? new JsonObject() : JsonNode.Parse(text)!;
    }

    public async Task<int> RefusedControlAsync(string path, object body) => (int)(await Http.PostAsJsonAsync($"/control/{path}", body)).StatusCode;

    /// <summary>Waits until every webhook has found its end.</summary>
    public Task IdleAsync() => Eventually.Holds(
        async () => (await Http.GetFromJsonAsync<JsonNode>("/control/deliveries/pending"))!["idle"]!.GetValue<bool>(), "all webhooks to be delivered");

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await _app.DisposeAsync();
        await Receiver.DisposeAsync();
    }
}

using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Meetings.ZoomSandbox.Webhooks;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;

namespace Meetings.ZoomSandbox.Tests;

/// <summary>An endpoint for webhooks that keeps what it gets and answers as told.</summary>
internal sealed class Receiver : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly ConcurrentQueue<Received> _received = [];

    private Receiver(WebApplication app) => _app = app;

    public Uri Url => new(new Uri(_app.Urls.Single()), "/webhooks/zoom");

    public IReadOnlyCollection<Received> All => [.. _received];

    /// <summary>Decides the answer to an event; 204 unless another is set.</summary>
    public Func<Received, HttpContext, Task> Answer { get; set; } = (_, http) =>
    {
        http.Response.StatusCode = StatusCodes.Status204NoContent;
        return Task.CompletedTask;
    };

    public static async Task<Receiver> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        // The settings beside the test are those of whichever program was copied there last, and none of this one.
        builder.Configuration.Sources.Clear();
        builder.Configuration.AddInMemoryCollection();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var receiver = new Receiver(builder.Build());
        receiver._app.MapPost("/webhooks/zoom", receiver.TakeAsync);
        await receiver._app.StartAsync();
        return receiver;
    }

    public IEnumerable<Received> Of(string name) => All.Where(r => r.Event == name);

    public static Task ProveAsync(Received received, HttpContext http)
    {
        var token = received.Json["payload"]!["plainToken"]!.GetValue<string>();
        return http.Response.WriteAsJsonAsync(new JsonObject
        {
            ["plainToken"] = token,
            ["encryptedToken"] = WebhookSignature.EncryptedToken(SandboxServer.Secret, token),
        });
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private async Task TakeAsync(HttpContext http)
    {
        using var bytes = new MemoryStream();
        await http.Request.Body.CopyToAsync(bytes);
        var received = new Received(
            bytes.ToArray(), (JsonObject)JsonNode.Parse(bytes.ToArray())!, http.Request.Headers.ToDictionary(h => h.Key.ToLowerInvariant(), h => h.Value.ToString()),
            http.Request.ContentType!);
        _received.Enqueue(received);
        await Answer(received, http);
    }
}

internal sealed record Received(byte[] Body, JsonObject Json, IReadOnlyDictionary<string, string> Headers, string ContentType)
{
    public string Event => Json["event"]!.GetValue<string>();

    public JsonNode Object => Json["payload"]!["object"]!;

    public JsonNode Participant => Object["participant"]!;

    public bool IsSigned => Headers["x-zm-signature"] == WebhookSignature.Of(SandboxServer.Secret, Headers["x-zm-request-timestamp"], Body);
}

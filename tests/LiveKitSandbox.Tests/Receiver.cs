using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;

namespace Meetings.LiveKitSandbox.Tests;

/// <summary>An endpoint for webhooks that keeps what it gets and answers as told.</summary>
internal sealed class Receiver : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly ConcurrentQueue<Received> _received = [];
    private TaskCompletionSource? _paused;

    private Receiver(WebApplication app) => _app = app;

    public Uri Url => new(new Uri(_app.Urls.Single()), "/webhooks/livekit");

    public IReadOnlyList<Received> All => [.. _received];

    /// <summary>Decides the status of the answer to an event; 200 unless another is set.</summary>
    public Func<Received, int> Answer { get; set; } = _ => StatusCodes.Status200OK;

    public string? RetryAfter { get; set; }

    public static async Task<Receiver> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        // The settings beside the test are those of whichever program was copied there last, and none of this one.
        builder.Configuration.Sources.Clear();
        builder.Configuration.AddInMemoryCollection();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var receiver = new Receiver(builder.Build());
        receiver._app.MapPost("/webhooks/livekit", receiver.TakeAsync);
        await receiver._app.StartAsync();
        return receiver;
    }

    public IEnumerable<Received> Of(string name) => All.Where(r => r.Event == name);

    /// <summary>Answers nothing until <see cref="Resume"/>; what comes is kept all the same.</summary>
    public void Pause() => _paused = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

    public void Resume() => Interlocked.Exchange(ref _paused, null)?.SetResult();

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private async Task TakeAsync(HttpContext http)
    {
        using var bytes = new MemoryStream();
        await http.Request.Body.CopyToAsync(bytes);
        var received = new Received(
            bytes.ToArray(), JsonNode.Parse(bytes.ToArray())!, http.Request.Headers.Authorization!, http.Request.ContentType!, http.Request.Headers.UserAgent!);
        _received.Enqueue(received);
        if (_paused is { } paused) await paused.Task;
        http.Response.StatusCode = Answer(received);
        if (RetryAfter is { } wait) http.Response.Headers.RetryAfter = wait;
    }
}

internal sealed record Received(byte[] Body, JsonNode Json, string Authorization, string ContentType, string UserAgent)
{
    public string Event => Json["event"]!.GetValue<string>();

    public string Id => Json["id"]!.GetValue<string>();

    public string Room => Json["room"]!["name"]!.GetValue<string>();

    public string? Identity => Json["participant"]?["identity"]!.GetValue<string>();

    /// <summary>The token's claims, if it is signed and says the hash of this body.</summary>
    public JsonNode? Claims =>
        TestToken.Open(Authorization, SandboxServer.Secret) is { } claims && claims["sha256"]!.GetValue<string>() == Convert.ToBase64String(SHA256.HashData(Body))
            ? claims
            : null;
}

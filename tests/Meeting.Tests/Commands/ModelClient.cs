using System.Collections.Concurrent;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json.Nodes;
using Meetings.ServiceDefaults.Security;
using Meetings.Testing;
using static Meetings.Meeting.Tests.MeetingService;

namespace Meetings.Meeting.Tests.Commands;

/// <summary>What a client keeps: the numbers that it has acted on. Whatever channel tells it one of them again, it does nothing.</summary>
internal sealed class ModelClient
{
    private readonly Lock _lock = new();
    private readonly HashSet<long> _known = [];
    private readonly List<long> _acted = [];
    private int _heard;

    public IReadOnlyList<long> Acted
    {
        get
        {
            lock (_lock) return [.. _acted];
        }
    }

    /// <summary>How often it was told anything.</summary>
    public int Heard => Volatile.Read(ref _heard);

    public void Hear(JsonNode command)
    {
        Interlocked.Increment(ref _heard);
        var seq = (long)command["seq"]!;
        lock (_lock)
        {
            if (_known.Add(seq)) _acted.Add(seq);
        }
    }

    public Task UntilAsync(params long[] numbers) => Eventually.Get(
        () => Task.FromResult(string.Join(',', Acted)), acted => acted == string.Join(',', numbers), $"the commands {string.Join(',', numbers)}");
}

/// <summary>Reads server-sent events until the other side ends them, or is disposed.</summary>
internal sealed class EventStream : IAsyncDisposable
{
    private readonly HttpClient _client;
    private readonly HttpResponseMessage _response;
    private readonly CancellationTokenSource _closed = new();
    private readonly Task _reading;

    private EventStream(HttpClient client, HttpResponseMessage response, Action<JsonNode> hear)
    {
        (_client, _response) = (client, response);
        _reading = ReadAsync(hear);
    }

    /// <summary>The reason that was given, or "cut" without one; null while it goes on.</summary>
    public string? Ended { get; private set; }

    public string LastId { get; private set; } = "";

    public ConcurrentQueue<(string Id, JsonNode Command)> Events { get; } = new();

    public int Beats { get; private set; }

    public static async Task<EventStream> OpenAsync(HttpClient client, string id, Action<JsonNode>? hear = null, string? lastId = null, string query = "")
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/api/v1/meetings/{id}/stream{query}");
        if (lastId is not null) request.Headers.Add("Last-Event-ID", lastId);
        var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);
        Assert.True(response.IsSuccessStatusCode, $"{response.StatusCode}");
        Assert.Equal("text/event-stream", response.Content.Headers.ContentType?.MediaType);
        return new EventStream(client, response, hear ?? (_ => { }));
    }

    public Task EndsAsync(string reason) => Eventually.Get(() => Task.FromResult(Ended), ended => ended == reason, $"the stream to end with {reason}");

    public async ValueTask DisposeAsync()
    {
        // Cancelled, not only disposed: that would wait for the next event.
        await _closed.CancelAsync();
        await _reading;
        _response.Dispose();
        _client.Dispose();
        _closed.Dispose();
    }

    private async Task ReadAsync(Action<JsonNode> hear)
    {
        var (name, id) = ("", "");
        try
        {
            using var lines = new StreamReader(await _response.Content.ReadAsStreamAsync());
            while (await lines.ReadLineAsync(_closed.Token) is { } line)
            {
                if (line == ": beat") Beats++;
                if (line.StartsWith("event: ", StringComparison.Ordinal)) name = line[7..];
                if (line.StartsWith("id: ", StringComparison.Ordinal)) LastId = id = line[4..];
                if (line.StartsWith("data: ", StringComparison.Ordinal))
                {
                    var data = JsonNode.Parse(line[6..])!;
                    if (name == "end")
                    {
                        Ended = (string)data["reason"]!;
                        return;
                    }

                    Events.Enqueue((id, data));
                    hear(data);
                }

                if (line.Length == 0) (name, id) = ("", "");
            }
        }
        catch (Exception e) when (e is IOException or HttpRequestException or ObjectDisposedException or OperationCanceledException)
        {
            // The connection is gone.
        }

        Ended ??= "cut";
    }
}

/// <summary>As much of SignalR's client as is needed, over a WebSocket that is opened without negotiation.</summary>
internal sealed class HubClient : IAsyncDisposable
{
    private const char Separator = '\u001e';

    private readonly ClientWebSocket _socket = new();
    private readonly ConcurrentDictionary<string, TaskCompletionSource<JsonObject>> _calls = new();
    private readonly Action<JsonNode> _hear;
    private Task _reading = Task.CompletedTask;

    private HubClient(Action<JsonNode> hear) => _hear = hear;

    public string? Ended { get; private set; }

    public bool IsClosed => _reading.IsCompleted;

    public static async Task<HubClient> OpenAsync(Uri server, string? bearer, Action<JsonNode>? hear = null, string query = "")
    {
        var client = new HubClient(hear ?? (_ => { }));
        if (bearer is not null) client._socket.Options.SetRequestHeader("Authorization", $"Bearer {bearer}");
        await client._socket.ConnectAsync(new Uri($"ws://{server.Authority}/hubs/meetings{query}"), TestContext.Current.CancellationToken);
        await client.SendAsync("""{"protocol":"json","version":1}""");
        client._reading = client.ReadAsync();
        return client;
    }

    public static Task<HubClient> OpenAsync(Uri server, Caller caller, Action<JsonNode>? hear = null, TimeSpan? token = null) =>
        OpenAsync(server, TestTokens.For(caller, token), hear);

    /// <summary>The completion of a call: it has a result, or an error.</summary>
    public async Task<JsonObject> CallAsync(string method, params JsonNode[] arguments)
    {
        var id = Guid.NewGuid().ToString("n");
        var answered = _calls[id] = new TaskCompletionSource<JsonObject>(TaskCreationOptions.RunContinuationsAsynchronously);
        await SendAsync(new JsonObject { ["type"] = 1, ["invocationId"] = id, ["target"] = method, ["arguments"] = new JsonArray(arguments) }.ToJsonString());
        return await answered.Task.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        _socket.Dispose();
        await _reading;
    }

    private Task SendAsync(string json) =>
        _socket.SendAsync(Encoding.UTF8.GetBytes(json + Separator), WebSocketMessageType.Text, endOfMessage: true, TestContext.Current.CancellationToken);

    private async Task ReadAsync()
    {
        var buffer = new byte[16 * 1024];
        var text = new StringBuilder();
        var decoder = Encoding.UTF8.GetDecoder();
        var chars = new char[buffer.Length];
        try
        {
            while (await _socket.ReceiveAsync(buffer.AsMemory(), CancellationToken.None) is { MessageType: not WebSocketMessageType.Close } received)
            {
                text.Append(chars, 0, decoder.GetChars(buffer, 0, received.Count, chars, 0));
                var parts = text.ToString().Split(Separator);
                text.Clear().Append(parts[^1]);
                foreach (var part in parts[..^1]) Handle((JsonObject)JsonNode.Parse(part)!);
            }
        }
        catch (Exception e) when (e is WebSocketException or ObjectDisposedException or OperationCanceledException)
        {
            // The connection is gone.
        }
    }

    private void Handle(JsonObject message)
    {
        switch ((int?)message["type"])
        {
            case 1 when (string?)message["target"] == "command":
                _hear(message["arguments"]![0]!);
                break;
            case 1 when (string?)message["target"] == "end":
                Ended = Text((JsonObject)message["arguments"]![0]!, "reason");
                break;
            case 3 when _calls.TryRemove((string)message["invocationId"]!, out var call):
                call.SetResult(message);
                break;
        }
    }
}

using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Meetings.Meeting.Tests.Fakes;

/// <summary>A call that Zoom heard.</summary>
/// <param name="Target">As it stood in the request line, with every percent sign.</param>
internal sealed record ZoomCall(string Method, string Target, string? Authorization, string Body);

/// <summary>Zoom over HTTP, as far as the Meeting service talks to it. What goes wrong there is said by <see cref="Fault"/>.</summary>
internal sealed class FakeZoom : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly ConcurrentQueue<ZoomCall> _calls = new();
    private readonly ConcurrentDictionary<string, JsonObject> _meetings = new();
    private readonly ConcurrentDictionary<string, ConcurrentDictionary<string, string>> _registrants = new();
    private readonly ConcurrentDictionary<string, byte> _tokens = new();
    private readonly ConcurrentDictionary<string, byte> _running = new();
    private long _lastNumber = 84_512_093_000;

    private FakeZoom(WebApplication app) => _app = app;

    /// <summary>Answers in place of Zoom when it returns true.</summary>
    public Func<ZoomCall, HttpContext, Task<bool>>? Fault { get; set; }

    /// <summary>Rows of every report, in pages of <see cref="ReportPage"/>.</summary>
    public IReadOnlyList<JsonObject> Report { get; set; } = [];

    public int ReportPage { get; set; } = 300;

    public IReadOnlyList<ZoomCall> Calls => [.. _calls];

    public IReadOnlyList<ZoomCall> Creations => [.. _calls.Where(call => call.Method == "POST" && call.Target.Contains("/meetings", StringComparison.Ordinal))];

    public IReadOnlyCollection<string> Meetings => [.. _meetings.Keys];

    public IReadOnlyList<string> MeetingsOf(string topic) => [.. _meetings.Where(meeting => (string?)meeting.Value["topic"] == topic).Select(meeting => meeting.Key)];

    public string Address => _app.Urls.First();

    public static async Task<FakeZoom> StartAsync()
    {
        // Empty: the settings file of the program under test must not move this server.
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(System.Net.IPAddress.Loopback, 0));
        var app = builder.Build();
        var zoom = new FakeZoom(app);
        app.Run(zoom.AnswerAsync);
        await app.StartAsync();
        return zoom;
    }

    /// <summary>As when the account's app is deactivated for a moment.</summary>
    public void RevokeTokens() => _tokens.Clear();

    /// <summary>A meeting as it is there now.</summary>
    public JsonObject this[string number] => _meetings[number];

    /// <summary>Somebody opens it.</summary>
    public void Open(string number) => _running[number] = 0;

    /// <summary>As if that meeting had never been made.</summary>
    public void Forget(string number) => _meetings.TryRemove(number, out _);

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private async Task AnswerAsync(HttpContext context)
    {
        using var reader = new StreamReader(context.Request.Body);
        var call = new ZoomCall(
            context.Request.Method, context.Features.Get<IHttpRequestFeature>()!.RawTarget, context.Request.Headers.Authorization, await reader.ReadToEndAsync());
        _calls.Enqueue(call);
        if (Fault is { } fault && await fault(call, context)) return;

        if (call.Target == "/oauth/token") await TokenAsync(context);
        else if (!_tokens.ContainsKey(call.Authorization ?? "")) await RefuseAsync(context, 401, 124, "Invalid access token.");
        else await ApiAsync(call, context);
    }

    private async Task TokenAsync(HttpContext context)
    {
        var token = Guid.NewGuid().ToString("n");
        _tokens[$"Bearer {token}"] = 0;
        await context.Response.WriteAsJsonAsync(new JsonObject { ["access_token"] = token, ["token_type"] = "bearer", ["expires_in"] = 3600 });
    }

    private async Task ApiAsync(ZoomCall call, HttpContext context)
    {
        var path = call.Target.Split('?')[0];
        var id = path.Split('/')[^1];
        switch (call.Method)
        {
            case "POST" when path.EndsWith("/meetings", StringComparison.Ordinal):
                await MakeAsync(call, context);
                break;
            case "POST" when path.EndsWith("/registrants", StringComparison.Ordinal):
                await RegisterAsync(path.Split('/')[^2], call, context);
                break;
            case "DELETE" when path.Contains("/registrants/", StringComparison.Ordinal):
                await UnregisterAsync(path.Split('/')[^3], id, context);
                break;
            case "GET" when path.EndsWith("/meetings", StringComparison.Ordinal):
                await context.Response.WriteAsJsonAsync(new JsonObject { ["meetings"] = new JsonArray([.. _meetings.Values.Select(m => m.DeepClone())]), ["next_page_token"] = "" });
                break;
            case "GET" when path.Contains("/report/", StringComparison.Ordinal):
                await ReportAsync(context);
                break;
            case "GET" when _meetings.TryGetValue(id, out var meeting):
                await context.Response.WriteAsJsonAsync(meeting);
                break;
            case "PATCH" when _meetings.ContainsKey(id):
                Change(id, call.Body);
                context.Response.StatusCode = 204;
                break;
            case "PUT" when path.EndsWith("/status", StringComparison.Ordinal) && _running.TryRemove(path.Split('/')[^2], out _):
                context.Response.StatusCode = 204;
                break;
            case "PUT" when path.EndsWith("/status", StringComparison.Ordinal):
                await RefuseAsync(context, 400, 3001, "The meeting is not in progress.");
                break;
            case "DELETE" when _running.ContainsKey(id):
                await RefuseAsync(context, 400, 3002, "A meeting in progress cannot be deleted.");
                break;
            case "DELETE" when _meetings.TryRemove(id, out _):
                context.Response.StatusCode = 204;
                break;
            default:
                await RefuseAsync(context, 404, 3001, "Meeting does not exist.");
                break;
        }
    }

    private async Task MakeAsync(ZoomCall call, HttpContext context)
    {
        var meeting = Make(call.Body);
        context.Response.StatusCode = 201;
        await context.Response.WriteAsJsonAsync(meeting);
    }

    /// <summary>Makes a meeting without a word to anybody, as when the answer is lost.</summary>
    public JsonObject Make(string body)
    {
        var number = Interlocked.Increment(ref _lastNumber);
        var meeting = (JsonObject)JsonNode.Parse(body)!;
        meeting["id"] = number;
        meeting["join_url"] = $"https://us02web.zoom.us/j/{number}?pwd=x";
        meeting["start_url"] = $"https://us02web.zoom.us/s/{number}?zak=host-secret";
        meeting["registration_url"] = $"https://us02web.zoom.us/meeting/register/{number}";
        _meetings[$"{number}"] = meeting;
        return meeting;
    }

    /// <summary>Changes a meeting without a word to anybody, as when the answer is lost.</summary>
    public void Change(string number, string body)
    {
        // Readers get the one or the other, never half of both.
        var changed = (JsonObject)_meetings[number].DeepClone();
        foreach (var (field, value) in (JsonObject)JsonNode.Parse(body)!)
        {
            if (value is JsonObject inner && changed[field] is JsonObject old) foreach (var (name, one) in inner) old[name] = one?.DeepClone();
            else changed[field] = value?.DeepClone();
        }

        if (changed["password"] is { } password) changed["join_url"] = $"https://us02web.zoom.us/j/{number}?pwd={password}";
        _meetings[number] = changed;
    }

    /// <summary>Ids of a meeting's registrants, by their address.</summary>
    public IReadOnlyDictionary<string, string> RegistrantsOf(string number) => _registrants.GetValueOrDefault(number) ?? new ConcurrentDictionary<string, string>();

    /// <summary>Takes somebody off without a word to anybody, as when the answer is lost.</summary>
    public bool Unregister(string number, string registrant) =>
        _registrants.GetValueOrDefault(number)?.FirstOrDefault(one => one.Value == registrant).Key is { } email && _registrants[number].TryRemove(email, out _);

    private async Task RegisterAsync(string number, ZoomCall call, HttpContext context)
    {
        if (!_meetings.TryGetValue(number, out var meeting))
        {
            await RefuseAsync(context, 404, 3001, "Meeting does not exist.");
            return;
        }

        if ((int?)meeting["settings"]?["approval_type"] is not 0)
        {
            await RefuseAsync(context, 404, 404, $"Registration has not been enabled for this meeting: {number}.");
            return;
        }

        var email = JsonNode.Parse(call.Body)!["email"]!.GetValue<string>();
        var id = _registrants.GetOrAdd(number, _ => []).GetOrAdd(email, _ => $"r{Guid.NewGuid():n}");
        context.Response.StatusCode = 201;
        await context.Response.WriteAsJsonAsync(new JsonObject
        {
            ["id"] = long.Parse(number, System.Globalization.CultureInfo.InvariantCulture), ["registrant_id"] = id, ["join_url"] = $"https://us02web.zoom.us/w/{number}?tk={id}",
        });
    }

    private async Task UnregisterAsync(string number, string registrant, HttpContext context)
    {
        if (Unregister(number, registrant)) context.Response.StatusCode = 204;
        else await RefuseAsync(context, 404, 404, "Registrant was not found.");
    }

    private async Task ReportAsync(HttpContext context)
    {
        var from = int.TryParse(context.Request.Query["next_page_token"], out var token) ? token : 0;
        var next = from + ReportPage;
        await context.Response.WriteAsJsonAsync(new JsonObject
        {
            ["participants"] = new JsonArray([.. Report.Skip(from).Take(ReportPage).Select(row => row.DeepClone())]),
            ["next_page_token"] = next < Report.Count ? $"{next}" : "",
        });
    }

    public static Task RefuseAsync(HttpContext context, int status, int code, string message)
    {
        context.Response.StatusCode = status;
        return context.Response.WriteAsJsonAsync(new JsonObject { ["code"] = code, ["message"] = message });
    }
}

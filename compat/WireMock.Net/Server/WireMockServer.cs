using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using WireMock.Logging;
using WireMock.Matchers.Request;
using WireMock.Settings;
using WireMock.Types;

namespace WireMock.Server;

/// <summary>A server that answers as it is told.</summary>
public sealed class WireMockServer : IDisposable
{
    private readonly Mappings _mappings = new();
    private readonly List<ILogEntry> _log = [];
    private readonly Lock _logLock = new();
    private readonly WebApplication _app;
    private readonly CancellationTokenSource _stopping = new();

    private WireMockServer(Action<KestrelServerOptions> listen)
    {
        // Empty: neither the environment nor a settings file of the program under test must move this server.
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(options =>
        {
            options.AddServerHeader = false;
            options.AllowSynchronousIO = false;
            options.Limits.MaxRequestBodySize = null;
            listen(options);
        });
        _app = builder.Build();
        _app.Run(AnswerAsync);
        _app.StartAsync().GetAwaiter().GetResult();
        Urls = [.. _app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses
            .Select(address => $"http://localhost:{new Uri(address).Port}").Distinct()];
    }

    public string? Url => Urls.FirstOrDefault();

    public string[] Urls { get; }

    public int Port => new Uri(Urls[0]).Port;

    public IReadOnlyList<ILogEntry> LogEntries
    {
        get
        {
            lock (_logLock) return [.. _log];
        }
    }

    public static WireMockServer Start(int? port = 0, bool useSSL = false, bool useHttp2 = false)
    {
        if (useSSL || useHttp2) throw new NotSupportedException("TLS and HTTP/2 are not part of this stand-in.");
        return new WireMockServer(options => options.Listen(IPAddress.Loopback, port ?? 0));
    }

    public static WireMockServer Start(WireMockServerSettings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        return settings.Urls is { Length: > 0 } urls ? Start(urls) : Start(settings.Port);
    }

    public static WireMockServer Start(params string[] urls) => new(options =>
    {
        foreach (var url in urls)
        {
            var address = BindingAddress.Parse(url);
            if (!string.Equals(address.Scheme, "http", StringComparison.OrdinalIgnoreCase)) throw new NotSupportedException("TLS is not part of this stand-in.");
            options.Listen(IPAddress.TryParse(address.Host, out var ip) ? ip : IPAddress.Loopback, address.Port);
        }
    });

    public IRespondWithAProvider Given(IRequestMatcher requestMatcher, bool saveToFile = false)
    {
        if (saveToFile) throw new NotSupportedException("Files are not part of this stand-in.");
        return new Mapping(requestMatcher, _mappings.Add);
    }

    public HttpClient CreateClient(params DelegatingHandler[] handlers)
    {
        HttpMessageHandler inner = new HttpClientHandler();
        foreach (var handler in handlers.Reverse())
        {
            handler.InnerHandler = inner;
            inner = handler;
        }

        return new HttpClient(inner) { BaseAddress = new Uri(Urls[0]) };
    }

    public IReadOnlyList<ILogEntry> FindLogEntries(params IRequestMatcher[] matchers) =>
        [.. LogEntries.Where(entry => entry.RequestMessage is RequestMessage request && matchers.All(matcher => matcher.Match(request).IsPerfectMatch))];

    public void Reset()
    {
        ResetLogEntries();
        ResetMappings();
        ResetScenarios();
    }

    public void ResetMappings() => _mappings.Clear();

    public void ResetLogEntries()
    {
        lock (_logLock) _log.Clear();
    }

    public void ResetScenarios() => _mappings.ResetScenarios();

    public bool SetScenarioState(string name, string? state)
    {
        _mappings.SetState(name, state);
        return true;
    }

    public void Stop()
    {
        if (_stopping.IsCancellationRequested) return;

        // Whoever is still waiting for a delayed answer does not get it.
        _stopping.Cancel();
        _app.StopAsync(_stopping.Token).GetAwaiter().GetResult();
        ((IDisposable)_app).Dispose();
    }

    public void Dispose()
    {
        Stop();
        _stopping.Dispose();
    }

    private async Task AnswerAsync(HttpContext context)
    {
        try
        {
            await MatchAndAnswerAsync(context);
        }
        catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
        {
            context.Abort();
        }
    }

    private async Task MatchAndAnswerAsync(HttpContext context)
    {
        var request = await RequestMessage.ReadAsync(context.Request, context.RequestAborted);
        var (mapping, result) = _mappings.Take(request);

        // A client that gives up during the delay was here all the same, and is in the log.
        var response = mapping is null ? NoMapping() : await mapping.Provider.RespondAsync(request, _stopping.Token);

        // Before it is sent: who has the answer finds the entry.
        lock (_logLock) _log.Add(new LogEntry(request, response, mapping?.Guid, result));

        context.Response.StatusCode = response.Code;
        foreach (var (name, values) in response.Headers ?? new Dictionary<string, WireMockList<string>>()) context.Response.Headers[name] = values.ToArray();
        if (response.Body.Length > 0 && !HttpMethods.IsHead(context.Request.Method)) await context.Response.Body.WriteAsync(response.Body, context.RequestAborted);
    }

    private static ResponseMessage NoMapping() => new()
    {
        Code = StatusCodes.Status404NotFound,
        Headers = new Dictionary<string, WireMockList<string>> { ["Content-Type"] = ["application/json"] },
        Body = """{"Status":"No matching mapping found"}"""u8.ToArray(),
    };
}

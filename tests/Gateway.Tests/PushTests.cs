using System.Net;
using System.Net.Http.Headers;
using System.Net.WebSockets;
using System.Text;
using Meetings.Gateway.Edge;
using Meetings.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Xunit;

namespace Meetings.Gateway.Tests;

/// <summary>Streams and WebSockets through the gateway, with the tokens of browsers that cannot send headers.</summary>
public sealed class PushTests(GatewayFixture fixture) : IClassFixture<GatewayFixture>
{
    private static readonly string Token = TestTokens.For(GatewayFixture.Teacher);

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Events_arrive_one_by_one_while_the_answer_goes_on()
    {
        await using var service = await PushService.StartAsync();
        await using var gateway = await fixture.StartAsync(new() { ["Services:meeting:http:0"] = service.Address });
        using var client = GatewayFixture.Client(gateway, GatewayFixture.Teacher);
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/v1/meetings/a-room/stream?after=3");
        request.Headers.Add("Last-Event-ID", "7");

        using var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Ct);
        using var lines = new StreamReader(await response.Content.ReadAsStreamAsync(Ct));

        Assert.Equal("text/event-stream", response.Content.Headers.ContentType?.MediaType);
        for (var n = 1; n <= 3; n++)
        {
            // The service writes the next only when it is told that this one has arrived.
            Assert.Equal($"data: {n}", await lines.ReadLineAsync(Ct).AsTask().WaitAsync(TimeSpan.FromSeconds(30), Ct));
            await lines.ReadLineAsync(Ct);
            service.Next.Release();
        }

        Assert.Equal(("?after=3", "7", $"Bearer {Token}"[..7]), (service.Query, service.LastEventId, service.Authorization[..7]));
    }

    [Fact]
    public async Task A_web_socket_passes_both_ways()
    {
        await using var service = await PushService.StartAsync();
        await using var gateway = await fixture.StartAsync(new() { ["Services:meeting:http:0"] = service.Address });
        using var socket = await ConnectAsync(gateway, "/hubs/meetings", Token);

        Assert.Equal("ملاحظة", await EchoAsync(socket, "ملاحظة"));
        Assert.StartsWith("Bearer ", service.Authorization, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/hubs/meetings?id=1&access_token={0}", "?id=1")]
    [InlineData("/hubs/meetings?access_token={0}", "")]
    public async Task A_browsers_token_is_moved_from_the_query_into_the_header(string path, string arrives)
    {
        await using var service = await PushService.StartAsync();
        var log = new AllLogs();
        await using var gateway = await fixture.StartAsync(new() { ["Services:meeting:http:0"] = service.Address, ["Logging:LogLevel:Default"] = "Trace", ["Logging:LogLevel:Yarp"] = "Trace" });
        gateway.Services.GetRequiredService<ILoggerFactory>().AddProvider(log);
        using var socket = await ConnectAsync(gateway, path.Replace("{0}", Token, StringComparison.Ordinal), header: null);

        Assert.Equal("x", await EchoAsync(socket, "x"));
        Assert.Equal((arrives, $"Bearer {Token}"), (service.Query, service.Authorization));
        Assert.NotEmpty(log.Lines);
        Assert.DoesNotContain(log.Lines, line => line.Contains(Token[^20..], StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("/api/v1/meetings/a-room/stream", HttpStatusCode.OK)]
    [InlineData("/api/v1/meetings/a-room", HttpStatusCode.Unauthorized)]
    [InlineData("/api/v1/meetings", HttpStatusCode.Unauthorized)]
    [InlineData("/api/v1/meetings/a-room/commands", HttpStatusCode.Unauthorized)]
    [InlineData("/api/v1/meetings/a-room/stream/x", HttpStatusCode.Unauthorized)]
    [InlineData("/api/v1/users/me", HttpStatusCode.Unauthorized)]
    [Trait("Hostile", "53")]
    public async Task The_token_in_the_query_opens_the_two_push_paths_and_nothing_else(string path, HttpStatusCode expected)
    {
        using var client = GatewayFixture.Client(fixture.Gateway);

        using var response = await client.GetAsync(new Uri($"{path}?access_token={Token}", UriKind.Relative), Ct);

        Assert.Equal(expected, response.StatusCode);
        Assert.DoesNotContain(fixture.Meeting.LogEntries, entry => entry.RequestMessage!.AbsoluteUrl.Contains("access_token", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("access_token=")]
    [InlineData("access_token=nonsense")]
    [InlineData("access_token={0}&access_token={0}")]
    [InlineData("x=1")]
    [Trait("Hostile", "53")]
    public async Task Without_one_good_token_nothing_is_pushed(string query)
    {
        using var client = GatewayFixture.Client(fixture.Gateway);
        foreach (var path in (string[])["/api/v1/meetings/a-room/stream", "/hubs/meetings"])
        {
            using var response = await client.GetAsync(new Uri($"{path}?{query.Replace("{0}", Token, StringComparison.Ordinal)}", UriKind.Relative), Ct);
            Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
        }
    }

    [Fact]
    [Trait("Hostile", "53")]
    public async Task A_token_in_the_header_is_not_replaced_by_one_in_the_query()
    {
        using var client = GatewayFixture.Client(fixture.Gateway);
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", "nonsense");

        using var response = await client.GetAsync(new Uri($"/api/v1/meetings/a-room/stream?access_token={Token}", UriKind.Relative), Ct);

        Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
    }

    [Theory]
    [InlineData("/hubs/meetings", true)]
    [InlineData("/HUBS/Meetings/negotiate", true)]
    [InlineData("/api/v1/meetings/x/stream", true)]
    [InlineData("/hubs/meetingsx", false)]
    [InlineData("/hubs", false)]
    [InlineData("/api/v1/meetings//stream", false)]
    [InlineData("/api/v1/meetings/stream", false)]
    [InlineData("/api/v1/meetings/x/stream/", false)]
    [InlineData("/api/v1/classes/x/stream", false)]
    public void Which_paths_those_are(string path, bool expected) => Assert.Equal(expected, BrowserTokens.IsPush(path));

    private static async Task<ClientWebSocket> ConnectAsync(GatewayHost gateway, string path, string? header)
    {
        var socket = new ClientWebSocket();
        if (header is not null) socket.Options.SetRequestHeader("Authorization", $"Bearer {header}");
        await socket.ConnectAsync(new Uri($"ws://{gateway.Address.Authority}{path}"), Ct);
        return socket;
    }

    private static async Task<string> EchoAsync(ClientWebSocket socket, string text)
    {
        await socket.SendAsync(Encoding.UTF8.GetBytes(text), WebSocketMessageType.Text, endOfMessage: true, Ct);
        var buffer = new byte[1024];
        var received = await socket.ReceiveAsync(buffer, Ct);
        return Encoding.UTF8.GetString(buffer, 0, received.Count);
    }

    /// <summary>What a service that pushes looks like from the gateway.</summary>
    private sealed class PushService : IAsyncDisposable
    {
        private WebApplication _app = null!;

        public SemaphoreSlim Next { get; } = new(0);

        public string Query { get; private set; } = "";

        public string LastEventId { get; private set; } = "";

        public string Authorization { get; private set; } = "";

        public string Address => _app.Urls.First();

        public static async Task<PushService> StartAsync()
        {
            var service = new PushService();
            var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
            builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
            service._app = builder.Build();
            service._app.UseWebSockets();
            service._app.Run(service.AnswerAsync);
            await service._app.StartAsync();
            return service;
        }

        public async ValueTask DisposeAsync()
        {
            Next.Release(100);
            await _app.DisposeAsync();
            Next.Dispose();
        }

        private async Task AnswerAsync(HttpContext context)
        {
            (Query, LastEventId, Authorization) = ($"{context.Request.QueryString}", $"{context.Request.Headers["Last-Event-ID"]}", $"{context.Request.Headers.Authorization}");
            if (context.WebSockets.IsWebSocketRequest)
            {
                using var socket = await context.WebSockets.AcceptWebSocketAsync();
                var buffer = new byte[1024];
                var received = await socket.ReceiveAsync(buffer, CancellationToken.None);
                await socket.SendAsync(buffer.AsMemory(0, received.Count), WebSocketMessageType.Text, endOfMessage: true, CancellationToken.None);
                return;
            }

            context.Response.ContentType = "text/event-stream";
            for (var n = 1; n <= 3; n++)
            {
                await context.Response.WriteAsync($"data: {n}\n\n");
                await Next.WaitAsync();
            }
        }
    }

    /// <summary>Every line that was logged, with its category.</summary>
    private sealed class AllLogs : ILoggerProvider
    {
        public System.Collections.Concurrent.ConcurrentQueue<string> Lines { get; } = new();

        public ILogger CreateLogger(string categoryName) => new Log(categoryName, Lines);

        public void Dispose()
        {
        }

        private sealed class Log(string category, System.Collections.Concurrent.ConcurrentQueue<string> lines) : ILogger
        {
            public IDisposable? BeginScope<TState>(TState state)
                where TState : notnull => null;

            public bool IsEnabled(LogLevel logLevel) => true;

            void ILogger.Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
                lines.Enqueue($"{category}: {formatter(state, exception)}");
        }
    }
}

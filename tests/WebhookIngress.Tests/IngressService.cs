using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using MassTransit;
using Meetings.Contracts.Directory;
using Meetings.Contracts.Sittings;
using Meetings.ServiceDefaults.Security;
using Meetings.Testing;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Meetings.WebhookIngress.Tests;

/// <summary>WebhookIngress as deployed: its real Program on a real port, its own database and vhost, and somebody who listens to what it publishes.</summary>
public sealed class IngressService : IAsyncLifetime
{
    private readonly string _name = $"ingress_{Guid.NewGuid():n}";
    private readonly ConcurrentQueue<(Guid MessageId, object Event)> _published = [];
    private readonly List<WebApplicationFactory<Program>> _replicas = [];
    private string _rabbitMq = "";
    private IBusControl? _bus;

    internal ManualClock Clock { get; } = new(new DateTimeOffset(2026, 9, 14, 7, 0, 0, TimeSpan.Zero));

    internal HttpClient Client { get; private set; } = null!;

    internal string ConnectionString { get; private set; } = "";

    internal ConcurrentQueue<string> Logged { get; } = [];

    internal int Port => Client.BaseAddress!.Port;

    internal string Database => _name;

    internal IServiceProvider Services => _replicas[0].Services;

    public async ValueTask InitializeAsync()
    {
        ConnectionString = await Servers.CreateDatabaseAsync(_name);
        _rabbitMq = await Servers.CreateVhostAsync(_name);
        _bus = Listen();
        await _bus.StartAsync(TestContext.Current.CancellationToken);
        Client = StartReplica();
    }

    /// <summary>One more process of it, on a port of its own.</summary>
    internal HttpClient StartReplica(params (string Key, string Value)[] settings)
    {
        var replica = new WebApplicationFactory<Program>().WithWebHostBuilder(host =>
        {
            host.UseEnvironment("Development");
            host.UseSetting("Kestrel:Endpoints:http:Url", "http://127.0.0.1:0");
            host.UseSetting("ConnectionStrings:webhook-ingress", ConnectionString);
            host.UseSetting("ConnectionStrings:rabbitmq", _rabbitMq);
            foreach (var (key, value) in TestTokens.Settings) host.UseSetting(key, value);
            foreach (var (key, value) in settings) host.UseSetting(key, value);
            host.ConfigureTestServices(services => services.AddSingleton<TimeProvider>(Clock));
            host.ConfigureLogging(logging => logging.ClearProviders().AddProvider(new Recorder(Logged)));
        });
        replica.UseKestrel();
        replica.StartServer();
        _replicas.Add(replica);
        return replica.CreateClient();
    }

    internal async Task<HttpResponseMessage> SendAsync(byte[] body, DateTimeOffset? at = null, string secret = ZoomSays.Secret, HttpClient? to = null)
    {
        using var request = ZoomSays.Request(body, at ?? Clock.GetUtcNow(), secret);
        return await (to ?? Client).SendAsync(request, TestContext.Current.CancellationToken);
    }

    internal Task<HttpResponseMessage> SendAsync(string body, DateTimeOffset? at = null, string secret = ZoomSays.Secret, HttpClient? to = null) =>
        SendAsync(Encoding.UTF8.GetBytes(body), at, secret, to);

    /// <summary>As fast as it goes, so many at a time; returns when all are answered 200.</summary>
    internal Task AcceptedAsync(IEnumerable<string> bodies, int atOnce = 64) => Parallel.ForEachAsync(
        bodies, new ParallelOptions { MaxDegreeOfParallelism = atOnce, CancellationToken = TestContext.Current.CancellationToken }, (body, _) => new(AcceptedAsync(body)));

    /// <summary>Answered 200. Where the machine gives us less than a commit takes, it is sent again, as Zoom would; any other answer fails at once.</summary>
    internal Task AcceptedAsync(string body) => Eventually.Holds(async () =>
    {
        using var answer = await SendAsync(body);
        if (answer.StatusCode != HttpStatusCode.ServiceUnavailable) Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        return answer.IsSuccessStatusCode;
    }, "a delivery to be accepted", TimeSpan.FromMinutes(2));

    /// <summary>As LiveKit's server does.</summary>
    internal async Task<HttpResponseMessage> SendLiveKitAsync(string body, string? token = null, HttpClient? to = null)
    {
        using var request = LiveKitSays.Request(body, token ?? LiveKitSays.Token(body, Clock.GetUtcNow()));
        return await (to ?? Client).SendAsync(request, TestContext.Current.CancellationToken);
    }

    /// <summary>What was published about a sitting, once there are <paramref name="count"/> of it.</summary>
    internal Task<List<object>> PublishedAsync(string uuid, int count, TimeSpan? patience = null) => Eventually.Get(
        () => Task.FromResult(_published.Where(p => Sitting(p.Event).SittingId == uuid).Select(p => p.Event).ToList()),
        events => events.Count >= count, $"{count} events of sitting {uuid}", patience);

    /// <summary>Nothing is on its way any more, so what was not published by now never will be.</summary>
    internal Task DrainedAsync(TimeSpan? patience = null) =>
        Eventually.Holds(async () => await CountAsync("select count(*) from outbox") == 0, "the outbox to drain", patience);

    /// <summary>As the owner of the tables, past row level security.</summary>
    internal async Task<T> AskAsync<T>(string sql, params (string Name, object Value)[] parameters)
    {
        await using var db = NpgsqlDataSource.Create(ConnectionString);
        await using var command = db.CreateCommand(sql);
        foreach (var (name, value) in parameters) command.Parameters.AddWithValue(name, value);
        return await command.ExecuteScalarAsync(TestContext.Current.CancellationToken) is T value0 ? value0 : default!;
    }

    internal Task<long> CountAsync(string sql, params (string Name, object Value)[] parameters) => AskAsync<long>(sql, parameters);

    internal static Task AdministerAsync(string sql) => ExecuteAsync(Servers.Postgres, sql);

    internal static async Task ExecuteAsync(string connectionString, string sql)
    {
        await using var db = NpgsqlDataSource.Create(connectionString);
        await using var command = db.CreateCommand(sql);
        await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
    }

    /// <summary>As a restart of the server does to everybody who is connected.</summary>
    internal Task CutConnectionsAsync() =>
        AdministerAsync($"select pg_terminate_backend(pid) from pg_stat_activity where datname = '{_name}' and pid <> pg_backend_pid()");

    /// <summary>Its vhost is gone, for the service and for who listens; other tests keep theirs.</summary>
    internal Task TakeBrokerAwayAsync() => Servers.DropVhostAsync(_name);

    internal Task BringBrokerBackAsync() => Servers.CreateVhostAsync(_name);

    /// <summary>Whoever listened is deaf now: the exchanges are there, and lead nowhere.</summary>
    internal async Task UnbindListenersAsync()
    {
        using var broker = Servers.Broker();
        (await broker.DeleteAsync(new Uri($"api/exchanges/{_name}/listener", UriKind.Relative))).EnsureSuccessStatusCode();
    }

    /// <summary>As a consumer does when it starts.</summary>
    internal async Task BindListenersAsync()
    {
        await _bus!.StopAsync(TestContext.Current.CancellationToken);
        _bus = Listen();
        await _bus.StartAsync(TestContext.Current.CancellationToken);
    }

    internal static HttpRequestMessage As(string role, HttpMethod method, string path) => new(method, new Uri(path, UriKind.Relative))
    {
        Headers =
        {
            Authorization = new AuthenticationHeaderValue("Bearer", TestTokens.For(new Caller(Guid.NewGuid(), role == Roles.SuperAdmin ? null : Guid.NewGuid(), [role]))),
        },
    };

    public async ValueTask DisposeAsync()
    {
        foreach (var replica in _replicas) await replica.DisposeAsync();
        if (_bus is not null) await _bus.StopAsync(CancellationToken.None);
        await Servers.DropVhostAsync(_name);
        await Servers.DropDatabaseAsync(_name);
    }

    private IBusControl Listen() => Bus.Factory.CreateUsingRabbitMq(rabbit =>
    {
        rabbit.Host(new Uri(_rabbitMq));
        rabbit.ReceiveEndpoint("listener", queue =>
        {
            queue.Handler<SittingStarted>(Hear);
            queue.Handler<SittingEnded>(Hear);
            queue.Handler<ParticipantJoined>(Hear);
            queue.Handler<ParticipantLeft>(Hear);
            queue.Handler<WaitingRoomMoved>(Hear);
            queue.Handler<SittingGapReported>(Hear);
        });
    });

    private static SittingKey Sitting(object e) => e switch
    {
        SittingStarted started => started.Sitting,
        SittingEnded ended => ended.Sitting,
        ParticipantJoined joined => joined.Sitting,
        ParticipantLeft left => left.Sitting,
        WaitingRoomMoved moved => moved.Sitting,
        SittingGapReported gap => new SittingKey(gap.Provider, gap.MeetingId ?? "", gap.SittingId ?? ""),
        _ => throw new ArgumentException("Not a sitting's event.", nameof(e)),
    };

    private Task Hear<T>(ConsumeContext<T> context)
        where T : class
    {
        _published.Enqueue((context.MessageId!.Value, context.Message));
        return Task.CompletedTask;
    }

    /// <summary>Every line that the service logs, as text with its exception.</summary>
    private sealed class Recorder(ConcurrentQueue<string> lines) : ILoggerProvider, ILogger
    {
        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            lines.Enqueue($"{logLevel} {formatter(state, exception)} {exception}");

        public void Dispose()
        {
        }
    }
}

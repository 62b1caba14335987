using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Dapper;
using MassTransit;
using Meetings.Contracts.Attendance;
using Meetings.ServiceDefaults.Security;
using Meetings.Testing;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Meetings.Attendance.Tests.Service;

/// <summary>The Attendance service as deployed: its real Program, a database and a vhost of its own, and peers faked over the wire.</summary>
public sealed class AttendanceService : IAsyncLifetime
{
    private readonly string _name = $"attendance_{Guid.NewGuid():n}";
    private readonly List<WebApplicationFactory<AttendanceOptions>> _replicas = [];
    private readonly ConcurrentQueue<AttendanceFinalized> _published = new();
    private IBusControl? _bus;
    private string _postgres = "";
    private string _rabbit = "";

    public FakePeers Peers { get; } = new();

    public ShiftedClock Clock { get; } = new();

    /// <summary>As a superuser: tests look at what is there, not at what they may see.</summary>
    public NpgsqlDataSource Db { get; private set; } = null!;

    public IServiceProvider Services => _replicas[0].Services;

    public async ValueTask InitializeAsync()
    {
        _postgres = await Servers.CreateDatabaseAsync(_name);
        _rabbit = await Servers.CreateVhostAsync(_name);
        Db = NpgsqlDataSource.Create(_postgres);
        await Peers.StartAsync();

        _bus = Bus.Factory.CreateUsingRabbitMq(rabbit =>
        {
            rabbit.Host(new Uri(_rabbit));
            rabbit.ReceiveEndpoint("tests", queue => queue.Handler<AttendanceFinalized>(context =>
            {
                _published.Enqueue(context.Message);
                return Task.CompletedTask;
            }));
        });
        await _bus.StartAsync();
        await StartReplicaAsync();
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var replica in _replicas) await replica.DisposeAsync();
        if (_bus is not null) await _bus.StopAsync();
        await Peers.DisposeAsync();
        if (Db is not null) await Db.DisposeAsync();
        await Servers.DropVhostAsync(_name);
        await Servers.DropDatabaseAsync(_name);
    }

    public async Task StartReplicaAsync()
    {
        var replica = new WebApplicationFactory<AttendanceOptions>().WithWebHostBuilder(host =>
        {
            host.UseEnvironment("Development");
            foreach (var (key, value) in TestTokens.Settings) host.UseSetting(key, value);
            host.UseSetting("ConnectionStrings:attendance", _postgres);
            host.UseSetting("ConnectionStrings:rabbitmq", _rabbit);
            host.UseSetting("services:registration:grpc:0", Peers.Address);
            host.UseSetting("services:meeting:grpc:0", Peers.Address);
            host.UseSetting("Attendance:SettleDelay", "00:00:00.3");
            host.UseSetting("Attendance:LateFactDelay", "00:00:00.05");
            host.UseSetting("Attendance:Poll", "00:00:00.5");
            host.UseSetting("Attendance:ReportRetryDelay", "00:00:00.3");
            host.ConfigureLogging(logging => logging.ClearProviders().AddConsole().AddFilter(null, LogLevel.Warning).AddFilter("Microsoft.Extensions.Diagnostics.HealthChecks", LogLevel.None));
            host.ConfigureTestServices(services => services.AddSingleton<TimeProvider>(Clock));
        });
        _replicas.Add(replica);
        using var client = replica.CreateClient();
        await Eventually.Holds(async () => (await client.GetAsync("/health")).IsSuccessStatusCode, "the service to be healthy");
    }

    /// <summary>As a sibling's outbox would.</summary>
    public Task TellAsync(object message) => _bus!.Publish(message, message.GetType());

    /// <summary>In the order given, each when the one before is on its way.</summary>
    public async Task TellAsync(IEnumerable<object> messages)
    {
        foreach (var message in messages) await _bus!.Publish(message, message.GetType());
    }

    public async Task<(HttpStatusCode Status, JsonElement Body)> GetAsync(string path, Caller? caller)
    {
        using var response = await AskRawAsync(path, caller);
        return (response.StatusCode, await response.Content.ReadFromJsonAsync<JsonElement>());
    }

    public async Task<HttpResponseMessage> AskRawAsync(string path, Caller? caller)
    {
        using var client = _replicas[0].CreateClient();
        if (caller is not null) client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", TestTokens.For(caller));
        return await client.GetAsync(path);
    }

    /// <summary>As when the server is down: nobody gets in, and who was in is thrown out.</summary>
    public async Task TakeDatabaseAwayAsync()
    {
        await AdministerAsync($"alter database \"{_name}\" with allow_connections false");
        await AdministerAsync($"select pg_terminate_backend(pid) from pg_stat_activity where datname = '{_name}' and pid <> pg_backend_pid()");
    }

    public Task BringDatabaseBackAsync() => AdministerAsync($"alter database \"{_name}\" with allow_connections true");

    /// <summary>Waits until the view is as expected.</summary>
    public Task<JsonElement> AttendanceAsync(Guid meeting, Caller caller, Func<JsonElement, bool> expected) => Eventually.Get(
        async () => (await GetAsync($"/api/v1/meetings/{meeting}/attendance", caller)).Body,
        body => body.TryGetProperty("isFinal", out _) && expected(body), "the expected view");

    /// <summary>Waits until the records are final.</summary>
    public Task<JsonElement> FinalAsync(Guid meeting, Caller caller, Func<JsonElement, bool>? and = null) =>
        AttendanceAsync(meeting, caller, body => body.GetProperty("isFinal").GetBoolean() && (and is null || and(body)));

    public IReadOnlyList<AttendanceFinalized> Published(Guid meeting) => [.. _published.Where(message => message.MeetingId == meeting)];

    private static async Task AdministerAsync(string sql)
    {
        await using var server = NpgsqlDataSource.Create(Servers.Postgres);
        await using var connection = await server.OpenConnectionAsync();
        await connection.ExecuteAsync(sql);
    }

    public async Task<T> AskAsync<T>(string sql, object? args = null)
    {
        await using var connection = await Db.OpenConnectionAsync();
        return (await connection.ExecuteScalarAsync<T>(sql, args))!;
    }
}

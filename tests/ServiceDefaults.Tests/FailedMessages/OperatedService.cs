using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using MassTransit;
using Meetings.Contracts.Directory;
using Meetings.Contracts.Sittings;
using Meetings.ServiceDefaults.Data;
using Meetings.ServiceDefaults.Http;
using Meetings.ServiceDefaults.Messaging;
using Meetings.ServiceDefaults.Security;
using Meetings.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Npgsql;
using RabbitMQ.Client;

namespace Meetings.ServiceDefaults.Tests.FailedMessages;

/// <summary>A service with one consumer that cannot stand some sittings, and an operator who looks after it over HTTP.</summary>
public sealed class OperatedService : IAsyncDisposable
{
    public const string Queue = "defaults-keeping";
    public const string Failed = "defaults_failed";
    public const string DeadLetters = "meetings.dead-letters";
    public const string Path = "/api/v1/operations/defaults/failed-messages";

    private readonly string _name = $"operated_{Guid.NewGuid():n}";
    private readonly List<WebApplication> _replicas = [];
    private string _postgres = "";
    private string _rabbitMq = "";

    private OperatedService()
    {
    }

    /// <summary>Sittings that the consumer fails on, for now, and with what.</summary>
    public ConcurrentDictionary<string, string> Poison { get; } = [];

    /// <summary>Sittings as often as the consumer was given them.</summary>
    public ConcurrentQueue<string> Heard { get; } = [];

    public ConcurrentQueue<string> Logged { get; } = [];

    internal ManualClock Clock { get; } = new(TimeProvider.System.GetUtcNow());

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public static async Task<OperatedService> StartAsync()
    {
        var service = new OperatedService();
        service._postgres = await Servers.CreateDatabaseAsync(service._name);
        service._rabbitMq = await Servers.CreateVhostAsync(service._name);
        await service.StartReplicaAsync();
        return service;
    }

    public async Task StartReplicaAsync()
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { EnvironmentName = "Development" });
        builder.Configuration.AddInMemoryCollection(TestTokens.Settings);
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["ConnectionStrings:defaults"] = _postgres,
            ["ConnectionStrings:rabbitmq"] = _rabbitMq,
            ["FailedMessages:Interval"] = "00:00:00.1",
        });
        builder.Logging.ClearProviders().AddProvider(new Recorder(Logged));
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        builder.Services.AddSingleton<TimeProvider>(Clock);
        builder.Services.AddSingleton(this);
        builder.AddServiceDefaults();
        builder.AddCallerAuthentication();
        builder.AddDatabase("defaults", typeof(OperatedService).Assembly);
        builder.AddMessaging("defaults", bus => bus.AddConsumer<KeepingConsumer>());
        var app = builder.Build();
        app.UseProblems();
        app.UseAuthentication();
        app.UseAuthorization();
        app.MapDefaultEndpoints();
        _replicas.Add(app);
        await app.StartAsync(Ct);
        await app.Services.GetRequiredService<IBusControl>().WaitForHealthStatus(BusHealthStatus.Healthy, TimeSpan.FromSeconds(30));
    }

    public async Task StopReplicasAsync()
    {
        foreach (var replica in _replicas)
        {
            await replica.StopAsync(CancellationToken.None);
            await replica.DisposeAsync();
        }

        _replicas.Clear();
    }

    internal Database Database => _replicas[0].Services.GetRequiredService<Database>();

    /// <summary>Tells of a sitting through the outbox.</summary>
    /// <returns>The message's id.</returns>
    public async Task<Guid> TellAsync(string sitting)
    {
        var message = OutboxMessage.Of(new SittingStarted(Guid.CreateVersion7(), new SittingKey("zoom", "1", sitting), DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch));
        await using var session = await Database.BeginAsServiceAsync(Ct);
        session.Publish(message);
        await session.CommitAsync(Ct);
        return message.Id;
    }

    /// <summary>How often a sitting took effect.</summary>
    public Task<long> EffectsAsync(string sitting) => AskAsync<long>($"select count(*) from effect where sitting = '{sitting}'");

    public async Task<HttpResponseMessage> AsAsync(string? role, HttpMethod method, string path)
    {
        using var http = new HttpClient { BaseAddress = new Uri(_replicas[0].Urls.First()) };
        using var request = new HttpRequestMessage(method, new Uri(path, UriKind.Relative));
        if (role is not null)
        {
            var caller = new Caller(Guid.NewGuid(), role == Roles.SuperAdmin ? null : Guid.NewGuid(), [role]);
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", TestTokens.For(caller));
        }

        return await http.SendAsync(request, Ct);
    }

    public async Task<JsonElement> OperatorAsync(HttpMethod method, string path)
    {
        using var response = await AsAsync(Roles.SuperAdmin, method, path);
        Assert.True(response.IsSuccessStatusCode, await response.Content.ReadAsStringAsync(Ct));
        return response.StatusCode == HttpStatusCode.NoContent ? default : await response.Content.ReadFromJsonAsync<JsonElement>(Ct);
    }

    /// <summary>The list, once it has that many in that state.</summary>
    public async Task<List<JsonElement>> ListedAsync(int count, string state = "failed")
    {
        var page = await Eventually.Get(
            () => OperatorAsync(HttpMethod.Get, $"{Path}?state={state}"), page => page.GetProperty("total").GetInt32() == count, $"{count} {state} messages");
        return [.. page.GetProperty("items").EnumerateArray()];
    }

    public Task<JsonElement> ReplayAsync(JsonElement listed) => OperatorAsync(HttpMethod.Post, $"{Path}/{listed.GetProperty("id").GetGuid()}/replay");

    public Task<JsonElement> HealthAsync() => OperatorAsync(HttpMethod.Get, "/health");

    public Task LoggedAsync(string what) =>
        Eventually.Holds(() => Task.FromResult(Logged.Any(line => line.Contains(what, StringComparison.Ordinal))), $"a warning of “{what}”");

    /// <summary>As the owner of the tables, past row level security.</summary>
    public async Task<T> AskAsync<T>(string sql)
    {
        await using var db = NpgsqlDataSource.Create(_postgres);
        await using var command = db.CreateCommand(sql);
        return await command.ExecuteScalarAsync(Ct) is T value ? value : default!;
    }

    public async Task<IConnection> BrokerAsync() => await new ConnectionFactory { Uri = new Uri(_rabbitMq), AutomaticRecoveryEnabled = false }.CreateConnectionAsync(Ct);

    /// <summary>A message as another service's MassTransit would send it, past our outbox.</summary>
    public async Task PutAsync(
        string exchange, string routingKey, Guid id, string sitting, Dictionary<string, object?>? headers = null, string type = "Meetings.Contracts.Sittings:SittingStarted")
    {
        var envelope = JsonSerializer.SerializeToUtf8Bytes(new
        {
            messageId = id,
            messageType = new[] { $"urn:message:{type}" },
            message = new SittingStarted(id, new SittingKey("zoom", "1", sitting), DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch),
        });
        var properties = new BasicProperties
        {
            MessageId = id.ToString(), ContentType = "application/vnd.masstransit+json", Headers = headers ?? [], Persistent = true,
        };
        await using var connection = await BrokerAsync();
        await using var channel = await connection.CreateChannelAsync(new CreateChannelOptions(true, true), Ct);
        await channel.BasicPublishAsync(exchange, routingKey, mandatory: true, properties, envelope, Ct);
    }

    public Task TakeBrokerAwayAsync() => Servers.DropVhostAsync(_name);

    public Task BringBrokerBackAsync() => Servers.CreateVhostAsync(_name);

    public async ValueTask DisposeAsync()
    {
        await StopReplicasAsync();
        await Servers.DropVhostAsync(_name);
        await Servers.DropDatabaseAsync(_name);
    }

    private sealed class KeepingConsumer(OperatedService service, Database db) : IConsumer<SittingStarted>
    {
        public async Task Consume(ConsumeContext<SittingStarted> context)
        {
            var sitting = context.Message.Sitting.SittingId;
            service.Heard.Enqueue(sitting);
            if (service.Poison.TryGetValue(sitting, out var why)) throw new InvalidOperationException(why);

            await using var session = await db.BeginAsServiceAsync(context.CancellationToken);
            if (!await session.TryReceiveAsync(context.MessageId!.Value, nameof(KeepingConsumer), context.CancellationToken)) return;
            await session.ExecuteAsync("insert into effect (sitting) values (@sitting)", new { sitting }, context.CancellationToken);
            await session.CommitAsync(context.CancellationToken);
        }
    }

    /// <summary>Every warning and error that the service logs.</summary>
    private sealed class Recorder(ConcurrentQueue<string> lines) : ILoggerProvider, ILogger
    {
        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Warning;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (IsEnabled(logLevel)) lines.Enqueue(formatter(state, exception));
        }

        public void Dispose()
        {
        }
    }
}

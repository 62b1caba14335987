using System.Collections.Concurrent;
using MassTransit;
using Meetings.Contracts.Sittings;
using Meetings.ServiceDefaults.Data;
using Meetings.ServiceDefaults.Messaging;
using Meetings.Testing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Meetings.ServiceDefaults.Tests;

/// <summary>A service with nothing of its own: its database, its vhost, its outbox.</summary>
public sealed class Service : IAsyncLifetime
{
    private readonly string _name = $"defaults_{Guid.NewGuid():n}";
    private readonly List<IHost> _hosts = [];
    private string _postgres = "";
    private string _rabbitMq = "";

    public static SittingKey Sitting => new("zoom", "84512093377", "Lk9vP2xTQe6dHs1Jm4RzWg==");

    public string Postgres => _postgres;

    public async ValueTask InitializeAsync()
    {
        _postgres = await Servers.CreateDatabaseAsync(_name);
        _rabbitMq = await Servers.CreateVhostAsync(_name);
    }

    /// <summary>One replica. Its bus listens only when <paramref name="heard"/> is given.</summary>
    public async Task<IHost> StartAsync(ConcurrentQueue<Guid>? heard = null, ConcurrentQueue<Exception>? troubles = null)
    {
        var host = Build(heard, troubles);
        await host.StartAsync(TestContext.Current.CancellationToken);
        return host;
    }

    /// <param name="troubles">What its listener runs into, one for each try.</param>
    public IHost Build(ConcurrentQueue<Guid>? heard = null, ConcurrentQueue<Exception>? troubles = null)
    {
        var builder = Host.CreateApplicationBuilder();
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["ConnectionStrings:defaults"] = _postgres,
            ["ConnectionStrings:rabbitmq"] = _rabbitMq,
        });
        builder.Logging.ClearProviders();
        builder.AddServiceDefaults();
        builder.AddDatabase("defaults", typeof(Service).Assembly);
        builder.AddMessaging("defaults", bus =>
        {
            if (heard is not null) bus.AddConsumer<Listener>();
        });
        builder.Services.AddSingleton(heard ?? []);
        builder.Services.AddSingleton(troubles ?? []);
        var host = builder.Build();
        _hosts.Add(host);
        return host;
    }

    /// <summary>As the owner of the tables, past row level security.</summary>
    public async Task<T> AskAsync<T>(string sql)
    {
        await using var db = NpgsqlDataSource.Create(_postgres);
        await using var command = db.CreateCommand(sql);
        return (T)(await command.ExecuteScalarAsync(TestContext.Current.CancellationToken))!;
    }

    public Task<long> WaitingInOutboxAsync() => AskAsync<long>("select count(*) from outbox");

    public async ValueTask DisposeAsync()
    {
        foreach (var host in _hosts)
        {
            await host.StopAsync(CancellationToken.None);
            host.Dispose();
        }

        await Servers.DropVhostAsync(_name);
        await Servers.DropDatabaseAsync(_name);
    }

    private sealed class Listener(ConcurrentQueue<Guid> heard, ConcurrentQueue<Exception> troubles) : IConsumer<SittingStarted>
    {
        public Task Consume(ConsumeContext<SittingStarted> context)
        {
            if (troubles.TryDequeue(out var trouble)) throw trouble;
            heard.Enqueue(context.MessageId!.Value);
            return Task.CompletedTask;
        }
    }
}

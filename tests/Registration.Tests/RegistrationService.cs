using System.Collections.Concurrent;
using System.Net.Http.Headers;
using Dapper;
using MassTransit;
using Meetings.Contracts.Directory;
using Meetings.Contracts.Registrants;
using Meetings.Registration.Import;
using Meetings.Registration.Tests.Registrants;
using Meetings.ServiceDefaults.Data;
using Meetings.ServiceDefaults.Security;
using Meetings.Testing;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using Xunit;

namespace Meetings.Registration.Tests;

/// <summary>The Registration service as deployed, in Development: its own database and vhost, its real Program, and somebody who hears its events.</summary>
public sealed class RegistrationService : IAsyncLifetime
{
    private readonly string _name = $"registration_{Guid.NewGuid():n}";
    private readonly ConcurrentQueue<object> _heard = new();
    private string _database = "";
    private string _broker = "";
    private IBusControl _bus = null!;
    private NpgsqlDataSource _owner = null!;

    public RegistrationHost Host { get; private set; } = null!;

    internal FakeMeetings Meetings { get; private set; } = null!;

    public string ConnectionString => _database;

    public Database Database => Host.Services.GetRequiredService<Database>();

    public async ValueTask InitializeAsync()
    {
        _database = await Servers.CreateDatabaseAsync(_name);
        _broker = await Servers.CreateVhostAsync(_name);
        _owner = NpgsqlDataSource.Create(_database);
        Meetings = await FakeMeetings.StartAsync();

        // Listens before the service speaks: what nobody listens to comes back to the outbox and waits.
        _bus = Bus.Factory.CreateUsingRabbitMq(rabbit =>
        {
            rabbit.Host(new Uri(_broker));
            rabbit.ReceiveEndpoint("recorder", queue =>
            {
                queue.ConcurrentMessageLimit = 1;
                queue.Handler<AcademyChanged>(context => Hear(context.Message));
                queue.Handler<PersonChanged>(context => Hear(context.Message));
                queue.Handler<ClassChanged>(context => Hear(context.Message));
                queue.Handler<RegistrantApproved>(context => Hear(context.Message));
            });
        });
        await _bus.StartAsync();
        Host = await StartReplicaAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (Host is not null) await Host.DisposeAsync();
        await _bus.StopAsync();
        await Meetings.DisposeAsync();
        await _owner.DisposeAsync();
        await Servers.DropVhostAsync(_name);
        await Servers.DropDatabaseAsync(_name);
    }

    /// <summary>One more replica on the same database and broker. The caller disposes it.</summary>
    public async Task<RegistrationHost> StartReplicaAsync(string environment = "Development")
    {
        var host = new RegistrationHost(_database, _broker, Meetings.Address, environment);
        // Blocks until it listens.
        await Task.Run(host.StartServer);
        // What is published before its queues are bound goes nowhere.
        await host.Services.GetRequiredService<IBusControl>().WaitForHealthStatus(BusHealthStatus.Healthy, TimeSpan.FromSeconds(30));
        return host;
    }

    public Task PublishAsync(object message) => _bus.Publish(message, message.GetType(), TestContext.Current.CancellationToken);

    public async Task<ImportOutcome> ImportAsync(SchoolDocument document, string? onceAs = null)
    {
        await using var scope = Host.Services.CreateAsyncScope();
        return await scope.ServiceProvider.GetRequiredService<ImportSchool>().HandleAsync(document, onceAs, TestContext.Current.CancellationToken);
    }

    /// <summary>A client of the public API with a person's token; without one for null.</summary>
    public HttpClient As(Caller? caller)
    {
        var client = new HttpClient { BaseAddress = Host.Rest };
        if (caller is not null) client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", TestTokens.For(caller));
        return client;
    }

    /// <summary>A caller as the gateway would make one of a person of the directory.</summary>
    public async Task<Caller> PersonAsync(string email)
    {
        var row = await OwnerQueryAsync<(Guid Id, Guid? AcademyId, string[] Roles)>("select id, academy_id, roles from person where email = @email", new { email });
        return new Caller(row.Single().Id, row.Single().AcademyId, row.Single().Roles);
    }

    public async Task<Guid> ClassAsync(string key) => (await OwnerQueryAsync<Guid>("select id from class where key = @key", new { key })).Single();

    /// <summary>What the owner of the tables sees: everything.</summary>
    public async Task<IReadOnlyList<T>> OwnerQueryAsync<T>(string sql, object? args = null)
    {
        await using var connection = await _owner.OpenConnectionAsync();
        return (await connection.QueryAsync<T>(sql, args)).AsList();
    }

    /// <summary>Everything that was published so far, in order of arrival.</summary>
    public async Task<IReadOnlyList<object>> HeardAsync()
    {
        await Eventually.Get(
            async () => (await OwnerQueryAsync<long>("select count(*) from outbox"))[0], waiting => waiting == 0, "the outbox to be empty");

        // Behind all that was confirmed, in the same queue, which is heard in order.
        var mark = new AcademyChanged(Guid.NewGuid(), 1, "mark", "Mark", "Etc/UTC", [], "none");
        await _bus.Publish(mark);
        await Eventually.Holds(() => Task.FromResult(_heard.Any(heard => heard is AcademyChanged academy && academy.AcademyId == mark.AcademyId)), "the mark");
        return [.. _heard.Where(heard => heard is not AcademyChanged { Slug: "mark" })];
    }

    private Task Hear(object message)
    {
        _heard.Enqueue(message);
        return Task.CompletedTask;
    }
}

using Dapper;
using Meetings.Testing;
using Npgsql;

namespace Meetings.Registration.Tests;

/// <summary>An empty database and vhost, for tests of the very first start.</summary>
internal sealed class FreshDatabase : IAsyncDisposable
{
    private readonly string _name = $"registration_{Guid.NewGuid():n}";
    private readonly List<RegistrationHost> _hosts = [];
    private string _database = "";

    public async Task StartAsync(int replicas, string environment = "Development")
    {
        _database = await Servers.CreateDatabaseAsync(_name);
        var broker = await Servers.CreateVhostAsync(_name);
        for (var i = 0; i < replicas; i++) _hosts.Add(new RegistrationHost(_database, broker, environment: environment));
        await Task.WhenAll(_hosts.Select(host => Task.Run(host.StartServer)));
    }

    public async Task<long> CountAsync(string sql)
    {
        await using var db = NpgsqlDataSource.Create(_database);
        await using var connection = await db.OpenConnectionAsync();
        return await connection.ExecuteScalarAsync<long>(sql);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var host in _hosts) await host.DisposeAsync();
        await Servers.DropVhostAsync(_name);
        await Servers.DropDatabaseAsync(_name);
    }
}

using System.Diagnostics;
using System.Net.Http.Headers;
using System.Text;
using Npgsql;
using Xunit;

namespace Meetings.Testing;

/// <summary>The real servers that tests run on, named by the environment (<c>tests/servers.sh</c> starts them). Missing: skipped here, failed in CI.</summary>
public static class Servers
{
    /// <summary>An Npgsql string of a superuser.</summary>
    public static string Postgres => Named("MEETINGS_TEST_POSTGRES");

    /// <summary>Such as <c>127.0.0.1:6379,password=…</c>.</summary>
    public static string Redis => Named("MEETINGS_TEST_REDIS");

    /// <summary>Such as <c>amqp://guest:guest@127.0.0.1:5672</c>, without a vhost.</summary>
    public static string RabbitMq => Named("MEETINGS_TEST_RABBITMQ");

    /// <summary>The management API of the same broker, such as <c>http://127.0.0.1:15672</c>.</summary>
    public static string RabbitMqManagement => Named("MEETINGS_TEST_RABBITMQ_API");

    /// <summary>An empty database of its own, for one fixture.</summary>
    public static async Task<string> CreateDatabaseAsync(string name)
    {
        await using var admin = NpgsqlDataSource.Create(Postgres);
        await using var create = admin.CreateCommand($"create database \"{name}\"");
        await create.ExecuteNonQueryAsync();
        return new NpgsqlConnectionStringBuilder(Postgres) { Database = name }.ConnectionString;
    }

    public static async Task DropDatabaseAsync(string name)
    {
        NpgsqlConnection.ClearAllPools();
        await using var admin = NpgsqlDataSource.Create(Postgres);
        await using var drop = admin.CreateCommand($"drop database if exists \"{name}\" with (force)");
        await drop.ExecuteNonQueryAsync();
    }

    /// <summary>Lets nobody into this one database, and cuts who is in: for the services on it the server has gone, and for the other fixtures it has not.</summary>
    public static Task TakeDatabaseAwayAsync(string connectionString) => AdministerAsync(connectionString, """
        alter database "{0}" with allow_connections false;
        select pg_terminate_backend(pid) from pg_stat_activity where datname = '{0}'
        """);

    public static Task BringDatabaseBackAsync(string connectionString) => AdministerAsync(connectionString, "alter database \"{0}\" with allow_connections true");

    /// <summary>A vhost of its own, for one fixture: on a shared one fixtures eat each other's messages.</summary>
    public static async Task<string> CreateVhostAsync(string name)
    {
        using var broker = Broker();
        (await broker.PutAsync(new Uri($"api/vhosts/{name}", UriKind.Relative), null)).EnsureSuccessStatusCode();
        return $"{RabbitMq.TrimEnd('/')}/{name}";
    }

    public static async Task DropVhostAsync(string name)
    {
        using var broker = Broker();
        await broker.DeleteAsync(new Uri($"api/vhosts/{name}", UriKind.Relative));
    }

    /// <summary>
    /// Has the broker believe that its memory is used up, or not any more: it then takes nothing from who publishes, on any vhost. Only for test
    /// programs that run one test at a time.
    /// </summary>
    public static async Task SetBrokerAlarmAsync(bool alarmed)
    {
        using var rabbitmqctl = Process.Start(new ProcessStartInfo(
            Path.Combine(Named("MEETINGS_TEST_SERVERS"), "rabbitmqctl"), ["set_vm_memory_high_watermark", .. alarmed ? new[] { "absolute", "1MB" } : ["0.4"]])
        {
            RedirectStandardError = true,
        })!;
        var errors = await rabbitmqctl.StandardError.ReadToEndAsync();
        await rabbitmqctl.WaitForExitAsync();
        if (rabbitmqctl.ExitCode != 0) throw new InvalidOperationException($"rabbitmqctl: {errors}");
    }

    /// <summary>The broker's management API.</summary>
    public static HttpClient Broker()
    {
        var user = new Uri(RabbitMq).UserInfo;
        return new HttpClient
        {
            BaseAddress = new Uri(RabbitMqManagement.TrimEnd('/') + "/"),
            DefaultRequestHeaders = { Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes(Uri.UnescapeDataString(user)))) },
        };
    }

    private static async Task AdministerAsync(string connectionString, string sql)
    {
        await using var admin = NpgsqlDataSource.Create(Postgres);
        await using var command = admin.CreateCommand(sql.Replace("{0}", new NpgsqlConnectionStringBuilder(connectionString).Database, StringComparison.Ordinal));
        await command.ExecuteNonQueryAsync();
    }

    private static string Named(string variable)
    {
        if (Environment.GetEnvironmentVariable(variable) is { Length: > 0 } value) return value;
        if (Environment.GetEnvironmentVariable("CI") is { Length: > 0 }) throw new InvalidOperationException($"{variable} is not set.");
        Assert.Skip($"{variable} is not set: run through ./test.sh, or start the servers with tests/servers.sh.");
        return "";
    }
}

using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Aspire.Hosting.Postgres;

internal sealed class CreationScriptAnnotation(string script) : IResourceAnnotation
{
    public string Script { get; } = script;
}

/// <summary>Creates the databases of the model that the server does not have yet.</summary>
internal static partial class PostgresDatabases
{
    private const string Exists = "SELECT 1 FROM pg_database WHERE datname = $1";

    public static async Task CreateAllAsync(PostgresServerResource server, ResourceReadyEvent ready, CancellationToken cancellationToken)
    {
        var settings = new NpgsqlConnectionStringBuilder(await ((IResourceWithConnectionString)server).GetConnectionStringAsync(cancellationToken))
        {
            Pooling = false,
            Database = "postgres",
        };
        await using var connection = new NpgsqlConnection(settings.ConnectionString);
        await connection.OpenAsync(cancellationToken);
        var logs = ready.Services.GetRequiredService<ResourceLoggerService>();
        var databases = ready.Services.GetRequiredService<DistributedApplicationModel>().Resources.OfType<PostgresDatabaseResource>();
        foreach (var database in databases.Where(d => ReferenceEquals(d.Parent, server)))
        {
            if (!await CreateAsync(connection, database, cancellationToken)) continue;
            var logger = logs.GetLogger(database);
            LogCreated(logger, database.DatabaseName);
        }
    }

    private static async Task<bool> CreateAsync(NpgsqlConnection connection, PostgresDatabaseResource database, CancellationToken cancellationToken)
    {
        await using var exists = new NpgsqlCommand(Exists, connection) { Parameters = { new() { Value = database.DatabaseName } } };
        if (await exists.ExecuteScalarAsync(cancellationToken) is not null) return false;

        var quoted = '"' + database.DatabaseName.Replace("\"", "\"\"", StringComparison.Ordinal) + '"';
        var script = database.Annotations.OfType<CreationScriptAnnotation>().LastOrDefault()?.Script ?? $"CREATE DATABASE {quoted}";
#pragma warning disable CA2100 // The script is the model's own; a database's name cannot be a parameter, and is quoted.
        await using var create = new NpgsqlCommand(script, connection);
#pragma warning restore CA2100
        await create.ExecuteNonQueryAsync(cancellationToken);
        return true;
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Database '{Name}' created.")]
    private static partial void LogCreated(ILogger logger, string name);
}

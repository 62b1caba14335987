using System.Reflection;
using System.Security.Cryptography;
using System.Text;
using Dapper;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Meetings.ServiceDefaults.Data;

/// <summary>
/// Brings the service's database to the version of its code before anything else starts: plain SQL, forward only, each file once and in one
/// transaction with its mark. Under an advisory lock, so that replicas can start together.
/// </summary>
/// <param name="connectionString">As the owner of the tables: the only connection that is not one of the two restricted roles.</param>
/// <param name="service">The assembly whose embedded <c>Migrations/*.sql</c> come after our own.</param>
internal sealed partial class Migrator(string connectionString, Assembly service, ILogger<Migrator> logger) : IHostedLifecycleService
{
    // Any constant will do, as long as every replica uses the same.
    private const long AdvisoryLock = 0x4D656574696E6773;

    private const string Marks = """
        create table if not exists schema_migration (name text primary key, checksum text not null, applied_at timestamptz not null default now())
        """;

    // Deny by default: a table is closed to callers until a migration gives it a policy, and open to the service itself.
    private const string CloseTables = """
        do $$
        declare
            t record;
        begin
            for t in select c.oid::regclass as name, c.oid from pg_class c
                     where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and c.relname <> 'schema_migration'
            loop
                execute format('alter table %s enable row level security', t.name);
                if not exists (select from pg_policy where polrelid = t.oid and polname = 'service_itself') then
                    execute format('create policy service_itself on %s to meetings_service using (true) with check (true)', t.name);
                end if;
            end loop;
        end $$;
        grant usage on schema public to meetings_caller, meetings_service;
        grant select, insert, update, delete on all tables in schema public to meetings_caller, meetings_service;
        grant usage on all sequences in schema public to meetings_caller, meetings_service;
        revoke all on schema_migration from meetings_caller, meetings_service;
        """;

    public async Task StartingAsync(CancellationToken cancellationToken)
    {
        await using var db = NpgsqlDataSource.Create(connectionString);
        await using var connection = await db.OpenConnectionAsync(cancellationToken);
        await connection.ExecuteAsync(new CommandDefinition("select pg_advisory_lock(@AdvisoryLock)", new { AdvisoryLock }, cancellationToken: cancellationToken));

        await connection.ExecuteAsync(new CommandDefinition(Marks, cancellationToken: cancellationToken));
        var applied = (await connection.QueryAsync<(string Name, string Checksum)>(
            new CommandDefinition("select name, checksum from schema_migration", cancellationToken: cancellationToken))).ToDictionary(m => m.Name, m => m.Checksum);

        foreach (var (name, sql) in Scripts())
        {
            var checksum = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(sql)));
            if (applied.TryGetValue(name, out var known))
            {
                if (known != checksum) throw new InvalidOperationException($"Migration {name} was changed after it ran. Migrations are forward only: add a new one.");
                continue;
            }

            await ApplyAsync(connection, name, sql, checksum, cancellationToken);
        }
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private async Task ApplyAsync(NpgsqlConnection connection, string name, string sql, string checksum, CancellationToken ct)
    {
        await using var tx = await connection.BeginTransactionAsync(ct);
        await connection.ExecuteAsync(new CommandDefinition(sql, transaction: tx, cancellationToken: ct));

        // With the migration and not after the last of them: whoever is killed in between would leave tables that nobody closes any more.
        await connection.ExecuteAsync(new CommandDefinition(CloseTables, transaction: tx, cancellationToken: ct));
        await connection.ExecuteAsync(new CommandDefinition(
            "insert into schema_migration (name, checksum) values (@name, @checksum)", new { name, checksum }, tx, cancellationToken: ct));
        await tx.CommitAsync(ct);
        LogApplied(name);
    }

    private IEnumerable<(string Name, string Sql)> Scripts() =>
        Of(typeof(Migrator).Assembly).Concat(Of(service)).DistinctBy(script => script.Name);

    private static IEnumerable<(string Name, string Sql)> Of(Assembly assembly) =>
        from name in assembly.GetManifestResourceNames()
        where name.EndsWith(".sql", StringComparison.Ordinal)
        orderby name
        select (name, Read(assembly, name));

    private static string Read(Assembly assembly, string name)
    {
        using var reader = new StreamReader(assembly.GetManifestResourceStream(name)!);
        return reader.ReadToEnd();
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Applied migration {Name}")]
    private partial void LogApplied(string name);
}

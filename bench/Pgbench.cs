using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using Npgsql;

namespace Meetings.Bench;

/// <summary>The denominator: PostgreSQL's own load generator, one durable single-row insert per transaction, into a table like the one of deliveries.</summary>
internal sealed partial class Pgbench(string connectionString, string folder)
{
    private const string Table = """
        create table if not exists bench_delivery (id bigint generated always as identity primary key, provider text not null, dedupe_key bytea not null unique,
            received_at timestamptz not null default now(), body text not null)
        """;

    private const string Script = """
        \set n random(1, 9000000000000000000)
        insert into bench_delivery (provider, dedupe_key, body) values ('zoom', sha256((:n || '-' || :client_id)::bytea), repeat('x', 640) || :n);
        """;

    public async Task PrepareAsync(CancellationToken ct)
    {
        await using var db = NpgsqlDataSource.Create(connectionString);
        await using var command = db.CreateCommand(Table);
        await command.ExecuteNonQueryAsync(ct);
        await File.WriteAllTextAsync(Path.Combine(folder, "insert.sql"), Script, ct);
    }

    /// <returns>Transactions per second.</returns>
    public async Task<double> RunAsync(int clients, TimeSpan duration, CancellationToken ct)
    {
        var settings = new NpgsqlConnectionStringBuilder(connectionString);
        var start = new ProcessStartInfo(Directory.GetDirectories("/usr/lib/postgresql").Select(version => Path.Combine(version, "bin", "pgbench")).First(File.Exists))
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment = { ["PGPASSWORD"] = settings.Password },
        };
        foreach (var argument in (string[])["-n", "-M", "prepared", "-c", $"{clients}", "-j", "2", "-T", $"{(int)duration.TotalSeconds}", "-f", Path.Combine(folder, "insert.sql"),
            "-h", settings.Host!, "-p", $"{settings.Port}", "-U", settings.Username!, settings.Database!])
        {
            start.ArgumentList.Add(argument);
        }

        using var pgbench = Process.Start(start)!;
        var errors = pgbench.StandardError.ReadToEndAsync(ct);
        var output = await pgbench.StandardOutput.ReadToEndAsync(ct);
        await pgbench.WaitForExitAsync(ct);
        return Tps().Match(output) is { Success: true } match
            ? double.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture)
            : throw new InvalidOperationException($"pgbench said: {output} {await errors}");
    }

    [GeneratedRegex(@"tps = ([0-9.]+)")]
    private static partial Regex Tps();
}

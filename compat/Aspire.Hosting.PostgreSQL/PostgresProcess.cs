using System.Globalization;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Processes;

namespace Aspire.Hosting.Postgres;

/// <summary>PostgreSQL of the system's packages, tuned for a small machine that it shares; durability is left as it is.</summary>
internal sealed class PostgresProcess(PostgresServerResource server) : ProcessBackend
{
    public override string User => "postgres";

    public override async Task<BackendPlan> PrepareAsync(BackendContext context, CancellationToken cancellationToken)
    {
        var data = Path.Combine(context.Folder, "data");
        var version = File.Exists(Path.Combine(data, "PG_VERSION"))
            ? (await File.ReadAllTextAsync(Path.Combine(data, "PG_VERSION"), cancellationToken)).Trim()
            : null;
        var programs = Programs(version);
        if (version is null) await InitialiseAsync(context, programs, data, cancellationToken);

        RemoveStaleLock(data);
        return new BackendPlan(Spec(context, Path.Combine(programs, "postgres")) with
        {
            Arguments =
            [
                "-D", data, .. Settings(new()
                {
                    ["port"] = context.PortOf(PostgresServerResource.PrimaryEndpointName).ToString(CultureInfo.InvariantCulture),
                    ["listen_addresses"] = LoopbackPorts.HasIPv6 ? "127.0.0.1,::1" : "127.0.0.1",
                    ["unix_socket_directories"] = "",
                    ["shared_buffers"] = "128MB",
                    ["max_connections"] = "200",
                    ["jit"] = "off",
                    ["log_checkpoints"] = "off",
                }),
            ],
            StopSignal = Posix.SigInt, // "Fast" shutdown: sessions are ended, everything is written.
            SignalsGroup = false,
            Grace = TimeSpan.FromSeconds(30),
            DeathSignal = Posix.SigInt,
        });
    }

    /// <summary>
    /// What a crash left behind names a process that is no longer there, and is no obstacle; its number may by now be another's. But two servers
    /// on the same data would destroy it, so one that is still there (it works in its data folder) keeps its lock.
    /// </summary>
    private static void RemoveStaleLock(string data)
    {
        var file = Path.Combine(data, "postmaster.pid");
        if (!File.Exists(file)) return;
        var pid = File.ReadLines(file).FirstOrDefault()?.Trim();
        if (int.TryParse(pid, CultureInfo.InvariantCulture, out _) && new FileInfo($"/proc/{pid}/cwd").LinkTarget == data)
            throw new DistributedApplicationException($"Another PostgreSQL server (process {pid}) is still running on '{data}'.");

        File.Delete(file);
    }

    private static IEnumerable<string> Settings(Dictionary<string, string> settings) => settings.SelectMany(s => (string[])["-c", $"{s.Key}={s.Value}"]);

    private async Task InitialiseAsync(BackendContext context, string programs, string data, CancellationToken cancellationToken)
    {
        var user = await server.UserNameReference.GetValueAsync(cancellationToken);
        context.WritePrivate("password", (await server.PasswordParameter.GetValueAsync(cancellationToken))!);
        var passwordFile = Path.Combine(context.Folder, "password");

        // Made beside and moved into place when complete, so that an interrupted start does not leave half a cluster.
        var draft = data + ".new";
        if (Directory.Exists(draft)) Directory.Delete(draft, recursive: true);
        try
        {
            await context.RunToolAsync(
                Spec(context, Path.Combine(programs, "initdb")) with
                {
                    Arguments =
                    [
                        "-D", draft, "-U", user!, "--pwfile", passwordFile, "--auth-host=scram-sha-256", "--auth-local=reject", "--encoding=UTF8",
                        "--locale=C.UTF-8", "--no-sync", "--no-instructions",
                    ],
                },
                cancellationToken);
        }
        finally
        {
            File.Delete(passwordFile);
        }

        Directory.Move(draft, data);
    }

    private static ProcessSpec Spec(BackendContext context, string program) => new()
    {
        Name = context.Resource.Name,
        FileName = program,
        WorkingDirectory = context.Folder,
        User = context.User,
        Environment = new Dictionary<string, string> { ["LC_ALL"] = "C.UTF-8", ["TZ"] = "UTC", ["HOME"] = context.Folder },
    };

    /// <summary>The newest installed version, or the one that made the data.</summary>
    private static string Programs(string? version)
    {
        const string Root = "/usr/lib/postgresql";
        var installed = Directory.Exists(Root)
            ? Directory.EnumerateDirectories(Root).Select(d => Path.GetFileName(d)!)
                .Where(v => File.Exists(Path.Combine(Root, v, "bin", "postgres")) && int.TryParse(v, CultureInfo.InvariantCulture, out _)).ToList()
            : [];
        var chosen = version is null ? installed.MaxBy(v => int.Parse(v, CultureInfo.InvariantCulture)) : installed.Find(v => v == version);
        if (chosen is not null) return Path.Combine(Root, chosen, "bin");
        if (version is null && Executables.Find("postgres") is { } inPath) return Path.GetDirectoryName(inPath)!;
        throw new DistributedApplicationException(version is null
            ? "PostgreSQL is not installed (Debian: apt-get install postgresql)."
            : $"The data was made by PostgreSQL {version}, which is not installed (Debian: apt-get install postgresql-{version}).");
    }
}

using System.Globalization;
using System.Text;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Processes;

namespace Aspire.Hosting.Redis;

internal sealed class PersistenceAnnotation(TimeSpan interval, long keysChangedThreshold) : IResourceAnnotation
{
    public TimeSpan Interval { get; } = interval;

    public long KeysChangedThreshold { get; } = keysChangedThreshold;
}

/// <summary>Redis of the system's packages. With persistence it takes snapshots as asked, and keeps an append-only file besides.</summary>
internal sealed class RedisProcess(RedisResource redis) : ProcessBackend
{
    public override string User => "redis";

    public override async Task<BackendPlan> PrepareAsync(BackendContext context, CancellationToken cancellationToken)
    {
        var settings = new StringBuilder();
        settings.AppendLine(CultureInfo.InvariantCulture, $"port {context.PortOf(RedisResource.PrimaryEndpointName)}");
        settings.AppendLine(LoopbackPorts.HasIPv6 ? "bind 127.0.0.1 ::1" : "bind 127.0.0.1");
        settings.AppendLine(CultureInfo.InvariantCulture, $"dir {Quoted(context.Folder)}");
        settings.AppendLine("daemonize no");
        if (redis.PasswordParameter is { } password)
        {
            settings.AppendLine(CultureInfo.InvariantCulture, $"requirepass {Quoted((await password.GetValueAsync(cancellationToken))!)}");
        }

        if (redis.Annotations.OfType<PersistenceAnnotation>().LastOrDefault() is { } persistence)
        {
            settings.AppendLine(CultureInfo.InvariantCulture, $"save {Math.Max(1, (long)persistence.Interval.TotalSeconds)} {persistence.KeysChangedThreshold}");
            settings.AppendLine("appendonly yes");
            settings.AppendLine("appendfsync everysec");
        }
        else
        {
            settings.AppendLine("save \"\"");
            settings.AppendLine("appendonly no");
        }

        // In a file and not in the arguments, where every user of the machine could read the password.
        context.WritePrivate("redis.conf", settings.ToString());
        return new BackendPlan(new ProcessSpec
        {
            Name = context.Resource.Name,
            FileName = Executables.Find("redis-server")
                ?? throw new DistributedApplicationException("Redis is not installed (Debian: apt-get install redis-server)."),
            Arguments = [Path.Combine(context.Folder, "redis.conf")],
            WorkingDirectory = context.Folder,
            User = context.User,
            Environment = new Dictionary<string, string> { ["LC_ALL"] = "C.UTF-8", ["HOME"] = context.Folder },
            Grace = TimeSpan.FromSeconds(10),
            DeathSignal = Posix.SigTerm,
        });
    }

    private static string Quoted(string text) =>
        '"' + text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal) + '"';
}

using System.Globalization;
using System.Text;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Processes;

namespace Aspire.Hosting.RabbitMQ;

/// <summary>
/// RabbitMQ of the system's packages, apart from any other on the machine: a node of its own name, with its own ports, its own port mapper
/// (epmd) and its own cookie, all on loopback.
/// </summary>
internal sealed class RabbitMQProcess(RabbitMQServerResource rabbit) : ProcessBackend
{
    private const string Programs = "/usr/lib/rabbitmq/bin";

    public override string User => "rabbitmq";

    public override async Task<BackendPlan> PrepareAsync(BackendContext context, CancellationToken cancellationToken)
    {
        var server = Path.Combine(Programs, "rabbitmq-server");
        if (!File.Exists(server)) throw new DistributedApplicationException("RabbitMQ is not installed (Debian: apt-get install rabbitmq-server).");

        var management = rabbit.ManagementEndpoint.Exists ? context.PortOf(RabbitMQServerResource.ManagementEndpointName) : (int?)null;
        context.WritePrivate("rabbitmq.conf", await SettingsAsync(context, management, cancellationToken));
        context.WritePrivate("enabled_plugins", management is null ? "[]." : "[rabbitmq_management].");
        var portMapper = context.Ports.Take();
        var environment = Environment(context, portMapper, context.Ports.Take());
        return new BackendPlan(
            new ProcessSpec
            {
                Name = context.Resource.Name,
                FileName = server,
                WorkingDirectory = context.Folder,
                User = context.User,
                Environment = environment,
                SignalsGroup = false,
                Grace = TimeSpan.FromSeconds(20),
                DeathSignal = Posix.SigTerm,
            },
            new ProcessSpec
            {
                Name = context.Resource.Name + " (epmd)",
                FileName = Executables.Find("epmd") ?? throw new DistributedApplicationException("Erlang's epmd is not installed (Debian: apt-get install erlang-base)."),
                Arguments = ["-address", "127.0.0.1", "-port", portMapper.ToString(CultureInfo.InvariantCulture)],
                WorkingDirectory = context.Folder,
                User = context.User,
                Environment = environment,
                StopSignal = Posix.SigKill, // It has nothing to save, and does not listen to SIGTERM.
            });
    }

    private async Task<string> SettingsAsync(BackendContext context, int? management, CancellationToken cancellationToken)
    {
        var port = context.PortOf(RabbitMQServerResource.PrimaryEndpointName);
        var settings = new StringBuilder();
        settings.AppendLine(CultureInfo.InvariantCulture, $"listeners.tcp.1 = 127.0.0.1:{port}");
        if (LoopbackPorts.HasIPv6) settings.AppendLine(CultureInfo.InvariantCulture, $"listeners.tcp.2 = ::1:{port}");
        settings.AppendLine(CultureInfo.InvariantCulture, $"default_user = {await rabbit.UserNameReference.GetValueAsync(cancellationToken)}");
        settings.AppendLine(CultureInfo.InvariantCulture, $"default_pass = {await rabbit.PasswordParameter.GetValueAsync(cancellationToken)}");
        if (management is { } door)
        {
            settings.AppendLine(CultureInfo.InvariantCulture, $"management.tcp.port = {door}");
            settings.AppendLine("management.tcp.ip = 127.0.0.1");
        }

        // Logs go to the console, which the AppHost keeps. The write-ahead log of quorum queues is held in memory, 512 MB by default.
        settings.AppendLine("log.console = true");
        settings.AppendLine("log.console.level = notice");
        settings.AppendLine("log.file = false");
        settings.AppendLine("raft.wal_max_size_bytes = 64000000");
        settings.AppendLine("disk_free_limit.absolute = 200MB");
        return settings.ToString();
    }

    private static Dictionary<string, string> Environment(BackendContext context, int portMapper, int distribution) => new()
    {
        ["HOME"] = context.Folder,
        ["LC_ALL"] = "C.UTF-8",
        ["PATH"] = "/usr/lib/erlang/bin:/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin",
        ["RABBITMQ_NODENAME"] = $"{context.Resource.Name}@localhost",
        ["RABBITMQ_DIST_PORT"] = distribution.ToString(CultureInfo.InvariantCulture),
        ["RABBITMQ_CONFIG_FILE"] = Path.Combine(context.Folder, "rabbitmq"),
        ["RABBITMQ_CONF_ENV_FILE"] = Path.Combine(context.Folder, "none"),
        ["RABBITMQ_MNESIA_BASE"] = Path.Combine(context.Folder, "mnesia"),
        ["RABBITMQ_LOG_BASE"] = Path.Combine(context.Folder, "log"),
        ["RABBITMQ_ENABLED_PLUGINS_FILE"] = Path.Combine(context.Folder, "enabled_plugins"),
        ["ERL_EPMD_PORT"] = portMapper.ToString(CultureInfo.InvariantCulture),
        ["ERL_EPMD_ADDRESS"] = "127.0.0.1",

        // Makes the script replace itself by the broker instead of staying beside it, so that signals reach the broker itself.
        ["RUNNING_UNDER_SYSTEMD"] = "1",

        // The distribution listens on loopback; schedulers that have nothing to do sleep at once; two schedulers and one carrier per allocator are enough, and save memory.
        ["RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS"] = "-kernel inet_dist_use_interface {127,0,0,1} -start_epmd false +S 2:2 +SDio 4 +A 16 +sbwt none +sbwtdcpu none +sbwtdio none",
    };
}

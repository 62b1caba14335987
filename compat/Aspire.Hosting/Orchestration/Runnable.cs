using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Processes;

namespace Aspire.Hosting.Orchestration;

/// <summary>A resource that consists of processes: a project, an executable, or a container with a server among the system's packages.</summary>
internal sealed class Runnable : IDisposable
{
    private readonly SemaphoreSlim _preparing = new(1, 1);
    private bool _isFolderFresh;

    public Runnable(IResource resource, RunTools tools, IReadOnlyList<Dictionary<EndpointAnnotation, int>> ports)
    {
        Resource = resource;
        Tools = tools;
        Ready = new ReadySignal(resource, tools.Eventing, tools.Services);
        Instances = [.. resource.InstanceIds().Zip(ports, (id, p) => new Instance(this, id, p))];
    }

    public IResource Resource { get; }

    public RunTools Tools { get; }

    public ReadySignal Ready { get; }

    public IReadOnlyList<Instance> Instances { get; }

    public string StoppedState => Resource is ContainerResource ? KnownResourceStates.Exited : KnownResourceStates.Finished;

    public async Task<BackendPlan> PrepareAsync(Instance instance, CancellationToken cancellationToken)
    {
        // One after another: the handlers of the event are the model's, and need not be ready for replicas.
        await _preparing.WaitAsync(cancellationToken);
        try
        {
            await Tools.Eventing.PublishAsync(new BeforeResourceStartedEvent(Resource, Tools.Services), cancellationToken);
        }
        finally
        {
            _preparing.Release();
        }

        foreach (var (endpoint, port) in instance.Ports)
        {
            if (endpoint.Protocol == System.Net.Sockets.ProtocolType.Tcp && !LoopbackPorts.IsFree(port))
            {
                throw new DistributedApplicationException($"The port {port} for the endpoint '{endpoint.Name}' of '{Resource.Name}' is in use by another process.");
            }
        }

        var configuration = await ExecutionConfiguration.ResolveAsync(
            Resource, instance.Ports, Tools.Execution, Tools.Logs.GetLogger(instance.Id), cancellationToken);
        if (Resource.HasAnnotationOfType<OtlpExporterAnnotation>()) configuration = configuration.With("OTEL_RESOURCE_ATTRIBUTES", $"service.instance.id={instance.Suffix}");
        var plan = Resource switch
        {
            ProjectResource project => new BackendPlan(LaunchPlans.Project(project, configuration, Tools.AppHost)),
            ExecutableResource executable => new BackendPlan(LaunchPlans.Executable(executable, configuration)),
            ContainerResource container when container.LastAnnotation<ProcessBackend>() is { } backend =>
                await backend.PrepareAsync(Context(container, backend, instance), cancellationToken),
            _ => throw new DistributedApplicationException(
                $"The container '{Resource.Name}' cannot be started: there is no container runtime here, and no stand-in process for its image."),
        };
        await DescribeAsync(instance, plan.Main, configuration);
        return plan;
    }

    public void Dispose()
    {
        foreach (var instance in Instances) instance.Dispose();
        _preparing.Dispose();
    }

    public async Task TellStoppedAsync(Instance instance)
    {
        if (!Tools.Notifications.TryGetCurrentState(instance.Id, out var last)) return;
        await Tools.Eventing.PublishAsync(new ResourceStoppedEvent(Resource, Tools.Services, last), CancellationToken.None);
    }

    private BackendContext Context(ContainerResource container, ProcessBackend backend, Instance instance)
    {
        var folder = Tools.Data.Of(container.Name);
        var keeps = container.HasAnnotationOfType<ContainerMountAnnotation>()
            || container.LastAnnotation<ContainerLifetimeAnnotation>()?.Lifetime == ContainerLifetime.Persistent;

        // A container without a volume begins with an empty disk.
        if (!_isFolderFresh && !keeps && Directory.Exists(folder)) Directory.Delete(folder, recursive: true);
        _isFolderFresh = true;
        Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        var user = Posix.IsRoot ? backend.User : null;
        if (user is not null)
        {
            var account = Posix.FindUser(user) ?? throw new DistributedApplicationException($"The system has no user '{user}', under which '{container.Name}' would run.");
            Posix.ChangeOwner(folder, account);
        }

        return new BackendContext
        {
            Resource = container,
            Folder = folder,
            User = user,
            PortOf = name => instance.Ports.First(p => p.Key.Name == name).Value,
            RunToolAsync = (spec, ct) => Tools.Launcher.RunAsync(spec, Tools.Ledger, ct),
            Ports = Tools.Ports,
        };
    }

    private Task DescribeAsync(Instance instance, ProcessSpec main, ExecutionConfiguration configuration) =>
        Tools.Notifications.PublishUpdateAsync(Resource, instance.Id, s =>
        {
            var properties = Properties.Set(s.Properties, KnownProperties.ExecutablePath, main.FileName);
            properties = Properties.Set(properties, KnownProperties.ExecutableWorkDir, main.WorkingDirectory);
            properties = Properties.Set(properties, KnownProperties.ExecutableArgs, string.Join(' ', main.Arguments));
            return s with
            {
                Properties = properties,
                EnvironmentVariables = [.. configuration.Environment.OrderBy(v => v.Key, StringComparer.Ordinal).Select(v =>
                    new EnvironmentVariableSnapshot(v.Key, v.Value, IsFromSpec: true) { IsSensitive = configuration.SecretVariables.Contains(v.Key) })],
            };
        });
}

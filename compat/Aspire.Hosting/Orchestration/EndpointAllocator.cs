using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Processes;

namespace Aspire.Hosting.Orchestration;

/// <summary>
/// Gives every endpoint its public port and every instance its own. Where they are the same the process is bound to the public port itself;
/// where they differ (replicas, a target port that the process insists on) there is a proxy between them.
/// </summary>
internal sealed class EndpointAllocator(LoopbackPorts free, bool randomize)
{
    /// <summary>One dictionary per replica.</summary>
    public IReadOnlyList<Dictionary<EndpointAnnotation, int>> Allocate(IResource resource, int replicas)
    {
        var instances = Enumerable.Range(0, replicas).Select(_ => new Dictionary<EndpointAnnotation, int>()).ToList();
        foreach (var endpoint in resource.Annotations.OfType<EndpointAnnotation>().ToList())
        {
            Refuse(resource, endpoint, replicas);
            var fixedPort = randomize && endpoint.IsProxied ? null : endpoint.Port;
            var port = fixedPort ?? (endpoint.IsProxied ? null : endpoint.TargetPort) ?? free.Take();
            endpoint.AllocatedEndpoint ??= new AllocatedEndpoint(endpoint, "localhost", port);
            foreach (var instance in instances) instance[endpoint] = ProcessPort(resource, endpoint, replicas, port);
        }

        return instances;
    }

    // In a container the target port is that of its inside, which does not exist here: the server listens on the public port.
    private int ProcessPort(IResource resource, EndpointAnnotation endpoint, int replicas, int port) => resource switch
    {
        ContainerResource => port,
        _ when !endpoint.IsProxied => port,
        _ when endpoint.TargetPort is { } target => target,
        _ => replicas == 1 ? port : free.Take(),
    };

    private static void Refuse(IResource resource, EndpointAnnotation endpoint, int replicas)
    {
        if (replicas > 1 && (!endpoint.IsProxied || endpoint.TargetPort is not null))
        {
            throw new InvalidOperationException(
                $"Resource '{resource.Name}' uses multiple replicas and a {(endpoint.IsProxied ? "fixed target port" : "proxy-less")} endpoint '{endpoint.Name}'. These features do not work together.");
        }

        if (endpoint.IsProxied && endpoint.Port is { } port && port == endpoint.TargetPort && resource is not ContainerResource)
        {
            throw new InvalidOperationException(
                $"The endpoint '{endpoint.Name}' for resource '{resource.Name}' requested a proxy (IsProxied is true). Non-container resources cannot be proxied when both TargetPort and Port are specified with the same value.");
        }
    }
}

using Microsoft.Extensions.Options;
using Microsoft.Extensions.Primitives;
using Yarp.ReverseProxy.Configuration;
using Yarp.ReverseProxy.ServiceDiscovery;

namespace Microsoft.Extensions.ServiceDiscovery.Yarp;

/// <summary>Replaces each destination by one for every endpoint of the service that it names, again whenever that changes.</summary>
internal sealed class ServiceDiscoveryDestinationResolver(ServiceEndpointResolver resolver, IOptions<ServiceDiscoveryOptions> options) : IDestinationResolver
{
    public ValueTask<ResolvedDestinationCollection> ResolveDestinationsAsync(IReadOnlyDictionary<string, DestinationConfig> destinations, CancellationToken cancellationToken)
    {
        var resolved = new Dictionary<string, DestinationConfig>();
        var changes = new List<IChangeToken>();
        foreach (var (name, destination) in destinations)
        {
            var requested = new Uri(destination.Address);
            var (endpoints, change) = resolver.GetEndpoints(requested.GetLeftPart(UriPartial.Authority));
            changes.Add(change);
            foreach (var endpoint in endpoints) resolved[$"{name}[{endpoint}]"] = Resolve(destination, requested, endpoint);
        }

        return ValueTask.FromResult(new ResolvedDestinationCollection(resolved, new CompositeChangeToken(changes)));
    }

    private DestinationConfig Resolve(DestinationConfig destination, Uri requested, ServiceEndpoint endpoint)
    {
        // The path of the destination counts here, not one of the endpoint.
        var address = (endpoint with { Path = "" }).Apply(requested, options.Value);
        return destination with
        {
            Address = address.ToString(),
            Health = destination.Health is { Length: > 0 } health ? new UriBuilder(health) { Host = address.Host, Port = address.Port }.Uri.ToString() : destination.Health,

            // To a loopback address goes no name of a service: a development certificate would not cover it.
            Host = destination.Host is { Length: > 0 } host ? host : address.IsLoopback ? null : requested.Authority,
        };
    }
}

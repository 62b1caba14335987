namespace Microsoft.Extensions.ServiceDiscovery;

/// <summary>One way to find a service. The first that knows it, in order of registration, wins.</summary>
internal interface IServiceEndpointProvider
{
    IReadOnlyList<ServiceEndpoint> Find(ServiceQuery query);
}

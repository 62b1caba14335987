namespace Microsoft.Extensions.ServiceDiscovery;

/// <summary>A name that nobody knows is an ordinary host name. So a misspelt one shows as a failure of DNS.</summary>
internal sealed class PassThroughServiceEndpointProvider : IServiceEndpointProvider
{
    public IReadOnlyList<ServiceEndpoint> Find(ServiceQuery query) => [new ServiceEndpoint(null, query.ServiceName, query.Port)];
}

using System.Net;
using Yarp.ReverseProxy.Configuration;
using Yarp.ReverseProxy.Forwarder;

namespace Meetings.Gateway.Proxy;

/// <summary>What every route and cluster has unless its configuration says otherwise.</summary>
internal sealed class ProxyConfigFilter : IProxyConfigFilter
{
    /// <summary>Longest silence of a service in the middle of an answer.</summary>
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(30);

    // A route that forgets to say who may use it asks for a person.
    public ValueTask<RouteConfig> ConfigureRouteAsync(RouteConfig route, ClusterConfig? cluster, CancellationToken cancel) =>
        new(route.AuthorizationPolicy is null ? route with { AuthorizationPolicy = "default" } : route);

    public ValueTask<ClusterConfig> ConfigureClusterAsync(ClusterConfig cluster, CancellationToken cancel) => new(cluster with
    {
        HttpRequest = cluster.HttpRequest ?? new ForwarderRequestConfig
        {
            ActivityTimeout = Timeout,
            Version = HttpVersion.Version11,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
        },

        // A replica that does not answer is left out for a while; when none answers all are tried, so that the first to come back is found at once.
        HealthCheck = cluster.HealthCheck ?? new HealthCheckConfig
        {
            Passive = new PassiveHealthCheckConfig { Enabled = true, Policy = "TransportFailureRate", ReactivationPeriod = TimeSpan.FromSeconds(5) },
            AvailableDestinationsPolicy = "HealthyOrPanic",
        },
    });
}

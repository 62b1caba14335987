using Yarp.ReverseProxy.Transforms;

namespace Meetings.Gateway.Proxy;

/// <summary>Hands requests to the services: routes and clusters stand in the configuration, services are found by discovery.</summary>
internal static class ProxyFeature
{
    public static void AddProxy(this WebApplicationBuilder builder) =>
        builder.Services.AddReverseProxy()
            .LoadFromConfig(builder.Configuration.GetSection("ReverseProxy"))
            .AddConfigFilter<ProxyConfigFilter>()
            .AddServiceDiscoveryDestinationResolver()
            .AddTransforms(transforms => transforms.AddResponseHeaderRemove("Server", ResponseCondition.Always));

    public static void MapProxy(this WebApplication app) => app.MapReverseProxy(proxy =>
    {
        proxy.Use(ProxyProblems.InvokeAsync);
        proxy.UseLoadBalancing();
        proxy.UsePassiveHealthChecks();
    });
}

using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.ServiceDiscovery;

namespace Microsoft.Extensions.DependencyInjection;

public static class ServiceDiscoveryServiceCollectionExtensions
{
    /// <summary>Service discovery from configuration, and by DNS for names that are not in it.</summary>
    public static IServiceCollection AddServiceDiscovery(this IServiceCollection services) => services.AddServiceDiscovery(_ => { });

    /// <inheritdoc cref="AddServiceDiscovery(IServiceCollection)"/>
    public static IServiceCollection AddServiceDiscovery(this IServiceCollection services, Action<ServiceDiscoveryOptions> configureOptions)
    {
        services.AddServiceDiscoveryCore();
        services.Configure(configureOptions);
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IServiceEndpointProvider, ConfigurationServiceEndpointProvider>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IServiceEndpointProvider, PassThroughServiceEndpointProvider>());
        return services;
    }

    /// <summary>Service discovery that knows no way to find a service yet.</summary>
    public static IServiceCollection AddServiceDiscoveryCore(this IServiceCollection services)
    {
        ArgumentNullException.ThrowIfNull(services);
        services.AddOptions<ServiceDiscoveryOptions>();
        services.TryAddSingleton<ServiceEndpointResolver>();
        return services;
    }
}

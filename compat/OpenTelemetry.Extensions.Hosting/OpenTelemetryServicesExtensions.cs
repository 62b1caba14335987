using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using OpenTelemetry;
using OpenTelemetry.Extensions.Hosting;

namespace Microsoft.Extensions.DependencyInjection;

public static class OpenTelemetryServicesExtensions
{
    /// <summary>Starts telemetry with the host. Calls add up: there is one tracer provider, one meter provider and one logger provider.</summary>
    public static OpenTelemetryBuilder AddOpenTelemetry(this IServiceCollection services)
    {
        ArgumentNullException.ThrowIfNull(services);

        // First in line, so that what other hosted services do while starting is already seen.
        var starter = ServiceDescriptor.Singleton<IHostedService, TelemetryHostedService>();
        if (!services.Any(service => service.ServiceType == starter.ServiceType && service.ImplementationType == starter.ImplementationType))
        {
            services.Insert(0, starter);
        }

        // A host has a configuration; without one, the OTEL_ variables are read from the environment.
        services.AddOptions();
        services.TryAddSingleton<IConfiguration>(_ => new ConfigurationBuilder().AddEnvironmentVariables().Build());
        return new OpenTelemetryBuilder(services);
    }
}

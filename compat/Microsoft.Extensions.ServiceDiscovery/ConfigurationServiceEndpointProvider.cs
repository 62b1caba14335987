using System.Globalization;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace Microsoft.Extensions.ServiceDiscovery;

/// <summary>Reads <c>Services:&lt;name&gt;:&lt;endpoint&gt;[:&lt;index&gt;]</c>, which is what the AppHost writes for a reference.</summary>
internal sealed class ConfigurationServiceEndpointProvider(IConfiguration configuration, IOptions<ServiceDiscoveryOptions> options) : IServiceEndpointProvider
{
    public IReadOnlyList<ServiceEndpoint> Find(ServiceQuery query)
    {
        var service = configuration.GetSection("Services").GetSection(query.ServiceName);
        var schemes = options.Value.Allowed(query.Schemes);

        // Without a name, an endpoint is asked for by its scheme; one called "default" is for every scheme.
        string[] names = query.EndpointName is { } name ? [name] : ["default", .. schemes];
        if (names.Select(service.GetSection).FirstOrDefault(section => section.Exists()) is not { } endpoint) return [];

        var found = Values(endpoint).Select(Parse).ToList();
        if (schemes.Count == 0 && options.Value.AllowAllSchemes) return found;

        var best = schemes.FirstOrDefault(scheme => found.Any(candidate => SchemeIs(candidate, scheme)));
        return [.. found.Where(candidate => candidate.Scheme is null || (best is not null && SchemeIs(candidate, best)))];
    }

    private static List<IConfigurationSection> Values(IConfigurationSection endpoint)
    {
        if (!string.IsNullOrWhiteSpace(endpoint.Value)) return [endpoint];
        var children = endpoint.GetChildren().ToList();
        return children.TrueForAll(child => int.TryParse(child.Key, NumberStyles.None, CultureInfo.InvariantCulture, out _))
            ? children
            : throw new KeyNotFoundException($"The configuration section '{endpoint.Path}' has keys that are not numbers.");
    }

    private static ServiceEndpoint Parse(IConfigurationSection section) =>
        string.IsNullOrWhiteSpace(section.Value)
            ? throw new KeyNotFoundException($"No endpoint is configured at '{section.Path}'.")
            : ServiceEndpoint.Parse(section.Value) ?? throw new FormatException($"The value at '{section.Path}' is not an address.");

    private static bool SchemeIs(ServiceEndpoint endpoint, string scheme) => string.Equals(endpoint.Scheme, scheme, StringComparison.OrdinalIgnoreCase);
}

namespace Microsoft.Extensions.ServiceDiscovery;

/// <summary>What an address asks for: <c>https+http://_endpoint.service:port</c>.</summary>
internal sealed record ServiceQuery(string ServiceName, string? EndpointName, IReadOnlyList<string> Schemes, int Port)
{
    public static ServiceQuery Parse(string address)
    {
        var hasScheme = address.Contains("://", StringComparison.Ordinal);
        if (!Uri.TryCreate(hasScheme ? address : $"none://{address}", UriKind.Absolute, out var uri) || uri.Host.Length == 0)
        {
            throw new ArgumentException($"'{address}' does not name a service.", nameof(address));
        }

        var (service, endpoint) = (uri.Host, (string?)null);
        if (uri.Host.StartsWith('_') && uri.Host.IndexOf('.', StringComparison.Ordinal) is > 1 and var dot && dot < uri.Host.Length - 1)
        {
            (endpoint, service) = (uri.Host[1..dot], uri.Host[(dot + 1)..]);
        }

        return new ServiceQuery(service, endpoint, hasScheme ? uri.Scheme.Split('+') : [], uri.IsDefaultPort ? 0 : uri.Port);
    }
}

namespace Microsoft.Extensions.ServiceDiscovery;

/// <summary>Where a service can be reached. Without a scheme it is a host, and perhaps a port, that the caller's own scheme goes with.</summary>
internal sealed record ServiceEndpoint(string? Scheme, string Host, int Port, string Path = "")
{
    public static ServiceEndpoint? Parse(string value)
    {
        if (value.Contains("://", StringComparison.Ordinal))
        {
            return Uri.TryCreate(value, UriKind.Absolute, out var uri) ? new ServiceEndpoint(uri.Scheme, uri.Host, uri.Port, uri.AbsolutePath.TrimEnd('/')) : null;
        }

        return Uri.TryCreate($"none://{value}", UriKind.Absolute, out var host) && host.Host.Length > 0 ? new ServiceEndpoint(null, host.Host, Math.Max(host.Port, 0)) : null;
    }

    /// <summary>The address that was asked for, with scheme, host and port of this endpoint.</summary>
    public Uri Apply(Uri requested, ServiceDiscoveryOptions options)
    {
        var result = new UriBuilder(requested) { Host = Host };
        if (Scheme is not null) result.Scheme = Scheme;
        else if (requested.Scheme.Contains('+', StringComparison.Ordinal)) result.Scheme = options.FirstAllowed(requested.Scheme);
        if (Port > 0) result.Port = Port;
        if (Path.Length > 0) result.Path = $"{Path}/{requested.AbsolutePath.TrimStart('/')}";
        return result.Uri;
    }

    public override string ToString() => (Scheme is null ? "" : $"{Scheme}://") + (Port > 0 ? $"{Host}:{Port}" : Host) + Path;
}

using System.ComponentModel.DataAnnotations;

namespace Meetings.Gateway.Edge;

/// <summary>Section <c>Edge</c>: what stands between the gateway and its clients.</summary>
public sealed class EdgeOptions
{
    public const string Section = "Edge";

    /// <summary>Largest request body, in bytes; more is a 413. Default 1 MiB.</summary>
    [Range(1024, 1024 * 1024 * 1024)]
    public long MaxRequestBodyBytes { get; set; } = 1024 * 1024;

    /// <summary>
    /// Connections at once, of all senders; one more is closed as soon as it is opened. Default 10,000: a school's clients are far fewer, and who opens
    /// connections to keep them runs into this before the process runs out of memory.
    /// </summary>
    [Range(1, 1_000_000)]
    public long MaxConnections { get; set; } = 10_000;

    /// <summary>How long the head of a request may take, first byte to last. Default 10 seconds; then it is cut, 408.</summary>
    public TimeSpan HeadersTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>Addresses of load balancers whose X-Forwarded-For and -Proto are believed. Default none: then nobody's are.</summary>
    public IList<string> TrustedProxies { get; } = [];

    /// <summary>Origins, such as <c>https://school.example</c>, whose pages may call the API. Default none.</summary>
    public IList<string> CorsOrigins { get; } = [];
}

using System.ComponentModel.DataAnnotations;

namespace Meetings.Gateway.Edge;

/// <summary>Section <c>Edge</c>: what stands between the gateway and its clients.</summary>
public sealed class EdgeOptions
{
    public const string Section = "Edge";

    /// <summary>Largest request body, in bytes; more is a 413. Default 1 MiB.</summary>
    [Range(1024, 1024 * 1024 * 1024)]
    public long MaxRequestBodyBytes { get; set; } = 1024 * 1024;

    /// <summary>Addresses of load balancers whose X-Forwarded-For and -Proto are believed. Default none: then nobody's are.</summary>
    public IList<string> TrustedProxies { get; } = [];

    /// <summary>Origins, such as <c>https://school.example</c>, whose pages may call the API. Default none.</summary>
    public IList<string> CorsOrigins { get; } = [];
}

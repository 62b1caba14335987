using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace Meetings.Gateway.Edge;

/// <summary>Section <c>RateLimits</c>: how much one sender may ask for. Each replica of the gateway counts for itself.</summary>
public sealed class RateLimitOptions
{
    public const string Section = "RateLimits";

    /// <summary>Of one person, by the subject of the token.</summary>
    [Required, ValidateObjectMembers]
    public Bucket Callers { get; set; } = new() { PerSecond = 100, Burst = 300 };

    /// <summary>Of one address without a valid token.</summary>
    [Required, ValidateObjectMembers]
    public Bucket Strangers { get; set; } = new() { PerSecond = 20, Burst = 60 };

    /// <summary>Of one address that delivers webhooks: a provider's burst must get through, its signature is checked behind.</summary>
    [Required, ValidateObjectMembers]
    public Bucket Webhooks { get; set; } = new() { PerSecond = 10_000, Burst = 20_000 };

    public sealed class Bucket
    {
        /// <summary>Requests per second in the long run.</summary>
        [Range(1, 1_000_000)]
        public int PerSecond { get; set; } = 1;

        /// <summary>Requests at once after a pause.</summary>
        [Range(1, 1_000_000)]
        public int Burst { get; set; } = 1;
    }
}

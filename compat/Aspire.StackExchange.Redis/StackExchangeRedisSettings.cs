namespace Aspire.StackExchange.Redis;

/// <summary>How a service uses a Redis server.</summary>
public sealed class StackExchangeRedisSettings
{
    public string? ConnectionString { get; set; }

    public bool DisableHealthChecks { get; set; }

    public bool DisableTracing { get; set; }

    /// <summary>False connects when the host starts; otherwise the first use does.</summary>
    public bool DisableAutoActivation { get; set; } = true;
}

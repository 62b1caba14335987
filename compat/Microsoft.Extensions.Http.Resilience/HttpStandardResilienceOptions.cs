namespace Microsoft.Extensions.Http.Resilience;

/// <summary>The strategies of the standard pipeline, outermost first: a limit of 1000 requests at a time, then these.</summary>
public class HttpStandardResilienceOptions
{
    /// <summary>For a request with all of its attempts: 30 s.</summary>
    public HttpTimeoutStrategyOptions TotalRequestTimeout { get; set; } = new() { Name = "Standard-TotalRequestTimeout" };

    /// <summary>Three retries, exponentially from 2 s on, or when the server says.</summary>
    public HttpRetryStrategyOptions Retry { get; set; } = new() { Name = "Standard-Retry" };

    /// <summary>Opens for 5 s when a tenth of at least 100 attempts within 30 s fail.</summary>
    public HttpCircuitBreakerStrategyOptions CircuitBreaker { get; set; } = new() { Name = "Standard-CircuitBreaker" };

    /// <summary>For one attempt, up to the response's headers: 10 s.</summary>
    public HttpTimeoutStrategyOptions AttemptTimeout { get; set; } = new() { Name = "Standard-AttemptTimeout", Timeout = TimeSpan.FromSeconds(10) };
}

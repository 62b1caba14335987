using System.Threading.RateLimiting;
using Polly;

namespace Microsoft.Extensions.Http.Resilience;

/// <summary>One limiter and one circuit for all clients of a pipeline's name.</summary>
internal sealed class StandardPipeline(HttpStandardResilienceOptions options) : IDisposable
{
    private const int MaxConcurrentRequests = 1000;

    public ConcurrencyLimiter Limiter { get; } = new(new ConcurrencyLimiterOptions { PermitLimit = MaxConcurrentRequests, QueueLimit = 0 });

    public ResiliencePipeline<HttpResponseMessage> Strategies { get; } = new ResiliencePipelineBuilder<HttpResponseMessage>()
        .AddTimeout(options.TotalRequestTimeout)
        .AddRetry(options.Retry)
        .AddCircuitBreaker(options.CircuitBreaker)
        .AddTimeout(options.AttemptTimeout)
        .Build();

    public void Dispose() => Limiter.Dispose();
}

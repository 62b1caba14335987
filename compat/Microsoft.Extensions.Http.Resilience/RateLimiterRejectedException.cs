using Polly;

namespace Microsoft.Extensions.Http.Resilience;

internal sealed class RateLimiterRejectedException() : ExecutionRejectedException("The operation could not be executed because it was rejected by the rate limiter.");

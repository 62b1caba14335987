using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;
using Polly;

namespace Microsoft.Extensions.Http.Resilience;

/// <summary>Refuses, when the host starts, settings that could not work together.</summary>
internal sealed class HttpStandardResilienceOptionsValidator : IValidateOptions<HttpStandardResilienceOptions>
{
    public ValidateOptionsResult Validate(string? name, HttpStandardResilienceOptions options)
    {
        var errors = new ValidateOptionsResultBuilder();
        foreach (var strategy in new ResilienceStrategyOptions[] { options.TotalRequestTimeout, options.Retry, options.CircuitBreaker, options.AttemptTimeout })
        {
            var results = new List<ValidationResult>();
            Validator.TryValidateObject(strategy, new ValidationContext(strategy), results, validateAllProperties: true);
            errors.AddResults(results);
        }

        if (options.AttemptTimeout.Timeout > options.TotalRequestTimeout.Timeout)
        {
            errors.AddError($"The time-out of the whole request ({options.TotalRequestTimeout.Timeout}) must not be less than that of one attempt ({options.AttemptTimeout.Timeout}).");
        }

        if (options.CircuitBreaker.SamplingDuration < options.AttemptTimeout.Timeout * 2)
        {
            errors.AddError($"The circuit breaker's sampling duration ({options.CircuitBreaker.SamplingDuration}) must be at least twice the time-out of one attempt ({options.AttemptTimeout.Timeout}).");
        }

        if (DelaySeconds(options.Retry) > options.TotalRequestTimeout.Timeout.TotalSeconds)
        {
            errors.AddError($"The delays of all retries ({DelaySeconds(options.Retry)} s) must fit into the time-out of the whole request ({options.TotalRequestTimeout.Timeout}).");
        }

        return errors.Build();
    }

    // As floating point, since many retries overflow a TimeSpan.
    private static double DelaySeconds(HttpRetryStrategyOptions retry)
    {
        double attempts = retry.MaxRetryAttempts;
        return retry.Delay.TotalSeconds * retry.BackoffType switch
        {
            DelayBackoffType.Exponential => Math.Pow(2, attempts) - 1,
            DelayBackoffType.Linear => attempts * (attempts + 1) / 2,
            _ => attempts,
        };
    }
}

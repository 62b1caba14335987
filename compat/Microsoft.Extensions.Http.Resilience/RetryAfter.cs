namespace Microsoft.Extensions.Http.Resilience;

/// <summary>How long the server asks us to wait. Null lets the backoff decide.</summary>
internal static class RetryAfter
{
    public static TimeSpan? Of(HttpResponseMessage? response, TimeProvider time) => response?.Headers.RetryAfter switch
    {
        { Delta: { } delta } => delta,
        { Date: { } date } => NotNegative(date - time.GetUtcNow()),
        _ => null,
    };

    private static TimeSpan NotNegative(TimeSpan delay) => delay < TimeSpan.Zero ? TimeSpan.Zero : delay;
}

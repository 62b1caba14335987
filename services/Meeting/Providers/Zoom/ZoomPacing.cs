using System.Net;

namespace Meetings.Meeting.Providers.Zoom;

/// <summary>
/// Zoom counts calls per second and per account. A call that was over that limit was not made, so even one that is not idempotent may be made
/// again a moment later. The daily limits are another matter: those are told to the caller.
/// </summary>
internal sealed class ZoomPacing(TimeProvider clock) : DelegatingHandler
{
    private const int Attempts = 3;

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            var response = await base.SendAsync(request, cancellationToken);
            if (attempt == Attempts || !IsPerSecond(response)) return response;

            response.Dispose();
            await Task.Delay(TimeSpan.FromMilliseconds(attempt * Random.Shared.Next(800, 1200)), clock, cancellationToken);
        }
    }

    private static bool IsPerSecond(HttpResponseMessage response) =>
        response.StatusCode is HttpStatusCode.TooManyRequests
        && response.Headers.TryGetValues("X-RateLimit-Type", out var type) && type.Contains("QPS", StringComparer.OrdinalIgnoreCase)
        && !response.Headers.Contains("Retry-After");
}

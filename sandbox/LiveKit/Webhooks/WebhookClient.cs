using System.Net.Http.Headers;

namespace Meetings.LiveKitSandbox.Webhooks;

/// <summary>Posts to the endpoint as the server does: with the bare token, and with all the patience in the world.</summary>
internal sealed class WebhookClient(TimeProvider clock) : IDisposable
{
    // A client of its own: the house's clients retry and discover, and this one must behave like LiveKit.
    private readonly HttpClient _http = new(new SocketsHttpHandler { AllowAutoRedirect = false, PooledConnectionLifetime = TimeSpan.FromMinutes(5) })
    {
        Timeout = Timeout.InfiniteTimeSpan,
    };

    /// <returns>The answer's status and the wait that it asks for; no status when there was no answer.</returns>
    public async Task<(int? Status, TimeSpan? RetryAfter, string? Error)> PostAsync(Uri endpoint, byte[] body, string token, CancellationToken ct)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, endpoint) { Content = new ByteArrayContent(body) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/webhook+json");
        request.Headers.TryAddWithoutValidation("Authorization", token);
        request.Headers.TryAddWithoutValidation("User-Agent", "LiveKit");
        try
        {
            using var response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, ct);
            return ((int)response.StatusCode, RetryAfter(response), null);
        }
        catch (HttpRequestException e)
        {
            return (null, null, e.HttpRequestError.ToString());
        }
    }

    public void Dispose() => _http.Dispose();

    private TimeSpan? RetryAfter(HttpResponseMessage response)
    {
        if ((int)response.StatusCode is not (429 or 503) || response.Headers.RetryAfter is not { } header) return null;
        if (header.Delta is { } seconds) return seconds;
        return header.Date - clock.GetUtcNow() is { } until && until > TimeSpan.Zero ? until : null;
    }
}

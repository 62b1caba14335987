using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Headers;
using Microsoft.Extensions.Options;

namespace Meetings.ZoomSandbox.Webhooks;

/// <summary>Posts to the endpoint as Zoom does: signed, without following redirects, patient for three seconds.</summary>
internal sealed class WebhookClient(IOptions<ZoomOptions> options, TimeProvider clock) : IDisposable
{
    // A client of its own: the house's clients retry and discover, and this one must behave like Zoom.
    private readonly HttpClient _http = new(new SocketsHttpHandler { AllowAutoRedirect = false, PooledConnectionLifetime = TimeSpan.FromMinutes(5) })
    {
        Timeout = Timeout.InfiniteTimeSpan,
    };

    public string Timestamp() => clock.GetUtcNow().ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);

    /// <returns>The answer's status and body; no status when there was no answer in time.</returns>
    public async Task<(int? Status, byte[] Body, string? Error)> PostAsync(
        Uri endpoint, byte[] body, string timestamp, string requestId, bool badSignature, CancellationToken ct)
    {
        var secret = badSignature ? "not-" + options.Value.WebhookSecret : options.Value.WebhookSecret;
        using var request = new HttpRequestMessage(HttpMethod.Post, endpoint) { Content = new ByteArrayContent(body) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json", "utf-8");
        request.Headers.TryAddWithoutValidation("x-zm-signature", WebhookSignature.Of(secret, timestamp, body));
        request.Headers.TryAddWithoutValidation("x-zm-request-timestamp", timestamp);
        request.Headers.TryAddWithoutValidation("x-zm-request-id", requestId);
        request.Headers.TryAddWithoutValidation("x-zm-trackingid", $"v=2.0;clid=us02;rid=WEB_{Guid.NewGuid():n}");
        request.Headers.TryAddWithoutValidation("traceparent", $"00-{ActivityTraceId.CreateRandom()}-{ActivitySpanId.CreateRandom()}-01");
        request.Headers.TryAddWithoutValidation("clientid", options.Value.ClientId);
        request.Headers.TryAddWithoutValidation("User-Agent", "Zoom Marketplace/1.0a");

        using var patience = new CancellationTokenSource(RetrySchedule.AnswerWithin, clock);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, ct);
        try
        {
            using var response = await _http.SendAsync(request, HttpCompletionOption.ResponseContentRead, both.Token);
            return ((int)response.StatusCode, await response.Content.ReadAsByteArrayAsync(both.Token), null);
        }
        catch (OperationCanceledException) when (patience.IsCancellationRequested && !ct.IsCancellationRequested)
        {
            return (null, [], "No answer within 3 s");
        }
        catch (HttpRequestException e)
        {
            return (null, [], e.HttpRequestError.ToString());
        }
    }

    public void Dispose() => _http.Dispose();
}

using System.Net;
using System.Net.Http.Headers;

namespace Meetings.Meeting.Providers.Zoom;

/// <summary>Puts the account's token on every call. A 401 means that it died early: it is dropped, and the call made once more with a new one.</summary>
internal sealed class ZoomAuthorization(ZoomTokens tokens) : DelegatingHandler
{
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        // The body goes out a second time after a 401, so it must not be a stream that is gone after the first.
        if (request.Content is { } content) await content.LoadIntoBufferAsync(cancellationToken);

        var (response, token) = await AttemptAsync(request, cancellationToken);
        if (response.StatusCode is not HttpStatusCode.Unauthorized) return response;

        response.Dispose();
        tokens.Drop(token);
        return (await AttemptAsync(request, cancellationToken)).Response;
    }

    private async Task<(HttpResponseMessage Response, string Token)> AttemptAsync(HttpRequestMessage request, CancellationToken ct)
    {
        var token = await tokens.GetAsync(ct);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        return (await base.SendAsync(request, ct), token);
    }
}

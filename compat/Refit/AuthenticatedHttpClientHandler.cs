using System.Net.Http.Headers;

namespace Refit;

/// <summary>Fills in the value of an Authorization header that has a scheme.</summary>
internal sealed class AuthenticatedHttpClientHandler(RefitSettings settings) : DelegatingHandler
{
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if (settings.AuthorizationHeaderValueGetter is { } getter && request.Headers.Authorization is { Parameter: null or "" } authorization)
        {
            var value = await getter(request, cancellationToken).ConfigureAwait(false);
            request.Headers.Authorization = new AuthenticationHeaderValue(authorization.Scheme, value);
        }

        return await base.SendAsync(request, cancellationToken).ConfigureAwait(false);
    }
}

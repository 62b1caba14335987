using Microsoft.Extensions.Options;

namespace Microsoft.Extensions.ServiceDiscovery;

/// <summary>Sends a request to an endpoint of the service that its host names.</summary>
internal sealed class ResolvingHttpMessageHandler(ServiceEndpointResolver resolver, IOptions<ServiceDiscoveryOptions> options) : DelegatingHandler
{
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if (request.RequestUri is not { IsAbsoluteUri: true, Host.Length: > 0 } requested) return await base.SendAsync(request, cancellationToken).ConfigureAwait(false);

        request.RequestUri = resolver.GetEndpoint(requested.GetLeftPart(UriPartial.Authority)).Apply(requested, options.Value);
        try
        {
            return await base.SendAsync(request, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            // A retry looks the service up again, and may go to another endpoint.
            request.RequestUri = requested;
        }
    }
}

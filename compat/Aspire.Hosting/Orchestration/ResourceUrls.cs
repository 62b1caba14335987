using System.Collections.Immutable;
using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting.Orchestration;

/// <summary>The addresses that are shown for a resource: those of its endpoints, as its callbacks change and complete them.</summary>
internal static class ResourceUrls
{
    public static async Task<ImmutableArray<UrlSnapshot>> OfAsync(
        IResource resource, DistributedApplicationExecutionContext execution, CancellationToken cancellationToken)
    {
        var urls = resource is IResourceWithEndpoints owner
            ? owner.GetEndpoints().Select(e => new ResourceUrlAnnotation { Url = Shown(e), Endpoint = e }).ToList()
            : [];
        var context = new ResourceUrlsCallbackContext(execution, resource, urls, cancellationToken);
        foreach (var callback in resource.Annotations.OfType<ResourceUrlsCallbackAnnotation>()) await callback.Callback(context);

        foreach (var url in context.Urls)
        {
            // A path alone is one of the endpoint's address.
            if (url.Endpoint is { } endpoint && url.Url.StartsWith('/')) url.Url = endpoint.Url + url.Url;
            resource.Annotations.Add(url);
        }

        return [.. context.Urls.OrderByDescending(u => u.DisplayOrder ?? 0).Select(u => new UrlSnapshot(
            u.Endpoint?.EndpointName, u.Url, IsInternal: u.DisplayLocation == UrlDisplayLocation.DetailsOnly)
        {
            IsInactive = true,
            DisplayProperties = new UrlDisplayPropertiesSnapshot(u.DisplayText ?? "", u.DisplayOrder ?? 0),
        })];
    }

    private static string Shown(EndpointReference endpoint) => endpoint.EndpointAnnotation.LaunchUrl is { Length: > 0 } launch
        ? new Uri(new Uri(endpoint.Url), launch).ToString()
        : endpoint.Url;
}

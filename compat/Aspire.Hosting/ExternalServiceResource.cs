using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting;

/// <summary>A service that runs elsewhere, known by its address.</summary>
public sealed class ExternalServiceResource : Resource
{
    public ExternalServiceResource(string name, Uri uri)
        : base(name)
    {
        ArgumentNullException.ThrowIfNull(uri);
        Uri = uri;
    }

    public ExternalServiceResource(string name, ParameterResource urlParameter)
        : base(name)
    {
        ArgumentNullException.ThrowIfNull(urlParameter);
        UrlParameter = urlParameter;
    }

    public Uri? Uri { get; }

    public ParameterResource? UrlParameter { get; }

    internal async ValueTask<Uri> ResolveAsync(CancellationToken cancellationToken) =>
        Uri ?? new Uri(await UrlParameter!.GetValueAsync(cancellationToken) ?? throw new DistributedApplicationException(
            $"The URL of the external service '{Name}' has no value."));
}

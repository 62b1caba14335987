namespace Refit;

public class RefitSettings
{
    public RefitSettings()
        : this(new SystemTextJsonContentSerializer())
    {
    }

    public RefitSettings(IHttpContentSerializer contentSerializer)
    {
        ArgumentNullException.ThrowIfNull(contentSerializer);
        ContentSerializer = contentSerializer;
    }

    public IHttpContentSerializer ContentSerializer { get; set; }

    /// <summary>Of query parameters that do not say it themselves.</summary>
    public CollectionFormat CollectionFormat { get; set; }

    /// <summary>Gives the value for requests that have an Authorization header with a scheme only. It works for clients that <c>AddRefitClient</c> makes.</summary>
    public Func<HttpRequestMessage, CancellationToken, ValueTask<string>>? AuthorizationHeaderValueGetter { get; set; }
}

namespace Refit;

/// <summary>A request that did not succeed.</summary>
public abstract class ApiExceptionBase : Exception
{
    private protected ApiExceptionBase(string message, HttpRequestMessage request, HttpMethod httpMethod, RefitSettings refitSettings, Exception? innerException)
        : base(message, innerException) =>
        (RequestMessage, HttpMethod, RefitSettings) = (request, httpMethod, refitSettings);

    public HttpRequestMessage RequestMessage { get; }

    public HttpMethod HttpMethod { get; }

    public Uri? Uri => RequestMessage.RequestUri;

    public RefitSettings RefitSettings { get; }
}

namespace Refit;

/// <summary>A request that got no answer: no connection, a time-out.</summary>
public class ApiRequestException : ApiExceptionBase
{
    public ApiRequestException(HttpRequestMessage message, HttpMethod httpMethod, RefitSettings refitSettings, Exception innerException)
        : base(innerException.Message, message, httpMethod, refitSettings, innerException)
    {
    }
}

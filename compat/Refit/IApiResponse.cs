using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Net.Http.Headers;

namespace Refit;

/// <summary>What came of a request, errors included.</summary>
public interface IApiResponse : IDisposable
{
    HttpResponseHeaders? Headers { get; }

    HttpContentHeaders? ContentHeaders { get; }

    /// <summary>Whether the status code is one of success.</summary>
    [MemberNotNullWhen(true, nameof(Headers))]
    [MemberNotNullWhen(true, nameof(StatusCode))]
    bool IsSuccessStatusCode { get; }

    /// <summary>Whether there is no error of any kind.</summary>
    [MemberNotNullWhen(true, nameof(Headers))]
    [MemberNotNullWhen(true, nameof(StatusCode))]
    bool IsSuccessful { get; }

    /// <summary>Whether there was an answer at all.</summary>
    [MemberNotNullWhen(true, nameof(Headers))]
    [MemberNotNullWhen(true, nameof(StatusCode))]
    bool IsReceived { get; }

    HttpStatusCode? StatusCode { get; }

    string? ReasonPhrase { get; }

    ApiExceptionBase? Error { get; }

    bool HasRequestError([NotNullWhen(true)] out ApiRequestException? error);

    bool HasResponseError([NotNullWhen(true)] out ApiException? error);
}

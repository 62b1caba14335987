using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Net.Http.Headers;

namespace Refit;

/// <inheritdoc cref="IApiResponse"/>
public sealed class ApiResponse<T>(HttpRequestMessage request, HttpResponseMessage? response, T? content, RefitSettings settings, ApiExceptionBase? error = null)
    : IApiResponse<T>
{
    public T? Content { get; } = content;

    [MemberNotNullWhen(true, nameof(Content))]
    public bool HasContent => Content is not null;

    public HttpRequestMessage RequestMessage => request;

    public RefitSettings Settings => settings;

    public HttpResponseHeaders? Headers => response?.Headers;

    public HttpContentHeaders? ContentHeaders => response?.Content.Headers;

    [MemberNotNullWhen(true, nameof(Headers))]
    [MemberNotNullWhen(true, nameof(StatusCode))]
    public bool IsSuccessStatusCode => response?.IsSuccessStatusCode ?? false;

    [MemberNotNullWhen(true, nameof(Headers))]
    [MemberNotNullWhen(true, nameof(StatusCode))]
    public bool IsSuccessful => IsSuccessStatusCode && Error is null;

    [MemberNotNullWhen(true, nameof(Headers))]
    [MemberNotNullWhen(true, nameof(StatusCode))]
    public bool IsReceived => response is not null;

    public HttpStatusCode? StatusCode => response?.StatusCode;

    public string? ReasonPhrase => response?.ReasonPhrase;

    public ApiExceptionBase? Error { get; } = error;

    public bool HasRequestError([NotNullWhen(true)] out ApiRequestException? error)
    {
        error = Error as ApiRequestException;
        return error is not null;
    }

    public bool HasResponseError([NotNullWhen(true)] out ApiException? error)
    {
        error = Error as ApiException;
        return error is not null;
    }

    public void Dispose() => response?.Dispose();
}

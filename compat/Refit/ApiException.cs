using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Net.Http.Headers;

namespace Refit;

/// <summary>An answer that is not one of success, or that cannot be read.</summary>
public class ApiException : ApiExceptionBase
{
    private protected ApiException(string message, HttpRequestMessage request, HttpResponseMessage response, string? content, RefitSettings refitSettings, Exception? innerException)
        : base(message, request, request.Method, refitSettings, innerException) =>
        (StatusCode, ReasonPhrase, Headers, ContentHeaders, Content) = (response.StatusCode, response.ReasonPhrase, response.Headers, response.Content.Headers, content);

    public HttpStatusCode StatusCode { get; }

    public string? ReasonPhrase { get; }

    public HttpResponseHeaders Headers { get; }

    public HttpContentHeaders? ContentHeaders { get; }

    /// <summary>The body as text.</summary>
    public string? Content { get; }

    [MemberNotNullWhen(true, nameof(Content))]
    public bool HasContent => !string.IsNullOrWhiteSpace(Content);

    public async Task<T?> GetContentAsAsync<T>()
    {
        if (!HasContent) return default;
        using var content = new StringContent(Content);
        return await RefitSettings.ContentSerializer.FromHttpContentAsync<T>(content).ConfigureAwait(false);
    }

    internal static async Task<ApiException> CreateAsync(
        string? message, HttpRequestMessage request, HttpResponseMessage response, RefitSettings settings, Exception? inner, CancellationToken ct)
    {
        message ??= $"Response status code does not indicate success: {(int)response.StatusCode} ({response.ReasonPhrase}).";
        string? content = null;
        try
        {
            content = await response.Content.ReadAsStringAsync(ct).ConfigureAwait(false);
        }
        catch (Exception unreadable) when (!ct.IsCancellationRequested)
        {
            // The status says more than why the rest of the body did not come.
            inner ??= unreadable;
        }

        if (response.Content.Headers.ContentType?.MediaType == "application/problem+json" && !string.IsNullOrWhiteSpace(content))
        {
            return await ValidationApiException.CreateAsync(message, request, response, content, settings, inner, ct).ConfigureAwait(false);
        }

        return new ApiException(message, request, response, content, settings, inner);
    }
}

using System.Text.Json;

namespace Refit;

/// <summary>An answer with problem details (RFC 9457).</summary>
public class ValidationApiException : ApiException
{
    private ValidationApiException(string message, HttpRequestMessage request, HttpResponseMessage response, string content, ProblemDetails? problem, RefitSettings refitSettings, Exception? innerException)
        : base(message, request, response, content, refitSettings, innerException) =>
        Content = problem;

    public new ProblemDetails? Content { get; }

    internal static async Task<ApiException> CreateAsync(
        string message, HttpRequestMessage request, HttpResponseMessage response, string content, RefitSettings settings, Exception? inner, CancellationToken ct)
    {
        ProblemDetails? problem = null;
        try
        {
            using var json = new StringContent(content);
            problem = await settings.ContentSerializer.FromHttpContentAsync<ProblemDetails>(json, ct).ConfigureAwait(false);
        }
        catch (JsonException notJson)
        {
            // It says that it is a problem and is none: the text is still there, in the base class.
            inner ??= notJson;
        }

        return new ValidationApiException(message, request, response, content, problem, settings, inner);
    }
}

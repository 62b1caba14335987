namespace Refit;

/// <summary>One call: the request made of its arguments, and what came of it.</summary>
internal sealed class Exchange(HttpClient client, RefitSettings settings, RestMethod method, object?[] arguments)
{
    public RefitSettings Settings => settings;

    public CancellationToken CancellationToken { get; } =
        arguments.OfType<CancellationToken>().FirstOrDefault();

    public HttpRequestMessage Request() => RequestFactory.Create(client.BaseAddress!, settings, method, arguments);

    /// <summary>Sends. Whatever goes wrong before there is an answer becomes one kind of exception, except that the caller gave up.</summary>
    public async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request)
    {
        try
        {
            return await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, CancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (!(exception is OperationCanceledException && CancellationToken.IsCancellationRequested))
        {
            throw new ApiRequestException(request, request.Method, settings, exception);
        }
    }

    public async Task<T?> ReadAsync<T>(HttpRequestMessage request, HttpResponseMessage response)
    {
        try
        {
            if (typeof(T) == typeof(string)) return (T)(object)await response.Content.ReadAsStringAsync(CancellationToken).ConfigureAwait(false);

            // Loaded whole, since an answer may be empty without saying so in its headers.
            await response.Content.LoadIntoBufferAsync(CancellationToken).ConfigureAwait(false);
            if (response.StatusCode == System.Net.HttpStatusCode.NoContent || response.Content.Headers.ContentLength is 0) return default;
            return await settings.ContentSerializer.FromHttpContentAsync<T>(response.Content, CancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (!(exception is OperationCanceledException && CancellationToken.IsCancellationRequested))
        {
            throw await ApiException.CreateAsync("An error occured deserializing the response.", request, response, settings, exception, CancellationToken).ConfigureAwait(false);
        }
    }
}

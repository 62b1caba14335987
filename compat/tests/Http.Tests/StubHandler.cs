using System.Net;

namespace Compat.Http.Tests;

/// <summary>Answers instead of the network, and keeps what was asked.</summary>
internal sealed class StubHandler(Func<HttpRequestMessage, CancellationToken, Task<HttpResponseMessage>> answer) : HttpMessageHandler
{
    public StubHandler(HttpStatusCode status = HttpStatusCode.OK, string body = "", string mediaType = "application/json")
        : this((_, _) => Task.FromResult(new HttpResponseMessage(status) { Content = new StringContent(body, System.Text.Encoding.UTF8, mediaType) }))
    {
    }

    public List<Sent> Requests { get; } = [];

    public Sent Last => Requests[^1];

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var body = request.Content is null ? null : await request.Content.ReadAsStringAsync(cancellationToken);
        var headers = request.Headers.NonValidated.Concat(request.Content?.Headers.NonValidated ?? default)
            .ToDictionary(header => header.Key, header => header.Value.ToString(), StringComparer.OrdinalIgnoreCase);
        lock (Requests) Requests.Add(new Sent(request.Method, request.RequestUri!.AbsoluteUri, headers, body));
        var response = await answer(request, cancellationToken);
        response.RequestMessage = request;
        return response;
    }

    /// <summary>A request as it would have gone out.</summary>
    internal sealed record Sent(HttpMethod Method, string Address, IReadOnlyDictionary<string, string> Headers, string? Body);
}

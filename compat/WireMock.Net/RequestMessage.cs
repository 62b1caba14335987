using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Extensions;
using WireMock.Types;

namespace WireMock;

internal sealed class RequestMessage : IRequestMessage
{
    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private RequestMessage(HttpRequest request, byte[] body)
    {
        Method = request.Method;
        AbsoluteUrl = new Uri(request.GetEncodedUrl()).AbsoluteUri;
        Path = WebUtility.UrlDecode(new Uri(AbsoluteUrl).AbsolutePath);
        Headers = request.Headers.ToDictionary(header => header.Key, header => new WireMockList<string>([.. header.Value.OfType<string>()]));
        Query = Parse(request.QueryString.Value ?? "");
        if (body.Length == 0) return;
        (BodyAsBytes, Body) = (body, Text(body));
        BodyAsJson = Json(Body);
    }

    public string Method { get; }

    public string Path { get; }

    public string AbsoluteUrl { get; }

    public IDictionary<string, WireMockList<string>>? Headers { get; }

    public IDictionary<string, WireMockList<string>>? Query { get; }

    public string? Body { get; }

    public object? BodyAsJson { get; }

    public byte[]? BodyAsBytes { get; }

    public static async Task<RequestMessage> ReadAsync(HttpRequest request, CancellationToken ct)
    {
        using var body = new MemoryStream();
        await request.Body.CopyToAsync(body, ct);
        return new RequestMessage(request, body.ToArray());
    }

    /// <summary>Parameters may be repeated, and have several values with a comma between.</summary>
    private static Dictionary<string, WireMockList<string>> Parse(string query)
    {
        var parameters = new Dictionary<string, WireMockList<string>>();
        foreach (var pair in query.TrimStart('?').Split(['&', ';'], StringSplitOptions.RemoveEmptyEntries))
        {
            var parts = pair.Split('=', 2);
            var name = WebUtility.UrlDecode(parts[0]);
            if (!parameters.TryGetValue(name, out var values)) parameters[name] = values = [];
            if (parts.Length == 2) values.AddRange(parts[1].Split(',').Select(WebUtility.UrlDecode)!);
        }

        return parameters;
    }

    private static string? Text(byte[] body)
    {
        try
        {
            return Utf8.GetString(body);
        }
        catch (DecoderFallbackException)
        {
            return null;
        }
    }

    private static JsonNode? Json(string? body)
    {
        if (body?.TrimStart() is not ['{' or '[', ..]) return null;
        try
        {
            return JsonNode.Parse(body);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}

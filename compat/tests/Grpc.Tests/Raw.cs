using System.Buffers.Binary;
using System.Net;
using System.Net.Http.Headers;

namespace Grpc.Tests;

/// <summary>What a gRPC client does, by hand, for requests that no client makes.</summary>
internal static class Raw
{
    public const string Say = "/trial.v1.Trial/Say";

    public static byte[] Frame(byte[] message, byte flag = 0)
    {
        var frame = new byte[5 + message.Length];
        frame[0] = flag;
        BinaryPrimitives.WriteUInt32BigEndian(frame.AsSpan(1), (uint)message.Length);
        message.CopyTo(frame, 5);
        return frame;
    }

    /// <summary>Field 1 of Words.</summary>
    public static byte[] Ask(string text) => [0x0A, (byte)text.Length, .. System.Text.Encoding.ASCII.GetBytes(text)];

    public static async Task<RawAnswer> PostAsync(
        Server server, string path, byte[] body, string contentType = "application/grpc", Version? version = null, params (string Name, string Value)[] headers)
    {
        using var http = new HttpClient(new SocketsHttpHandler());
        using var request = new HttpRequestMessage(HttpMethod.Post, server.Address + path)
        {
            Version = version ?? HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = new ByteArrayContent(body),
        };
        request.Content.Headers.ContentType = MediaTypeHeaderValue.Parse(contentType);
        foreach (var (name, value) in headers) request.Headers.TryAddWithoutValidation(name, value);
        using var response = await http.SendAsync(request, TestContext.Current.CancellationToken).InTime();
        var bytes = await response.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken);
        return new RawAnswer(response.StatusCode, Read(response.Headers), Read(response.TrailingHeaders), bytes);
    }

    private static Dictionary<string, string> Read(HttpResponseHeaders headers) =>
        headers.NonValidated.ToDictionary(h => h.Key, h => h.Value.ToString(), StringComparer.OrdinalIgnoreCase);
}

internal sealed record RawAnswer(HttpStatusCode Http, Dictionary<string, string> Headers, Dictionary<string, string> Trailers, byte[] Body)
{
    /// <summary>Wherever it stands.</summary>
    public string? Status => Trailers.GetValueOrDefault("grpc-status") ?? Headers.GetValueOrDefault("grpc-status");

    public string? Message => Trailers.GetValueOrDefault("grpc-message") ?? Headers.GetValueOrDefault("grpc-message");
}

using WireMock.Types;

namespace WireMock;

/// <summary>A request that the server received.</summary>
public interface IRequestMessage
{
    string Method { get; }

    /// <summary>Decoded, without the query.</summary>
    string Path { get; }

    string AbsoluteUrl { get; }

    IDictionary<string, WireMockList<string>>? Headers { get; }

    IDictionary<string, WireMockList<string>>? Query { get; }

    /// <summary>Null when there is none, or it is not text.</summary>
    string? Body { get; }

    object? BodyAsJson { get; }

    byte[]? BodyAsBytes { get; }
}

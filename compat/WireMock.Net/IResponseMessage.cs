using WireMock.Types;

namespace WireMock;

/// <summary>An answer that the server gave.</summary>
public interface IResponseMessage
{
    object? StatusCode { get; }

    IDictionary<string, WireMockList<string>>? Headers { get; }
}

using WireMock.Types;

namespace WireMock;

internal sealed class ResponseMessage : IResponseMessage
{
    public required int Code { get; init; }

    public object? StatusCode => Code;

    public IDictionary<string, WireMockList<string>>? Headers { get; init; }

    public byte[] Body { get; init; } = [];
}

using WireMock.Matchers.Request;

namespace WireMock.Logging;

internal sealed record LogEntry(IRequestMessage? RequestMessage, IResponseMessage? ResponseMessage, Guid? MappingGuid, IRequestMatchResult RequestMatchResult) : ILogEntry;

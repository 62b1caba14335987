using WireMock.Matchers.Request;

namespace WireMock.Logging;

/// <summary>One request and what became of it.</summary>
public interface ILogEntry
{
    IRequestMessage? RequestMessage { get; }

    IResponseMessage? ResponseMessage { get; }

    /// <summary>Of the mapping that answered. Null when none did.</summary>
    Guid? MappingGuid { get; }

    IRequestMatchResult RequestMatchResult { get; }
}

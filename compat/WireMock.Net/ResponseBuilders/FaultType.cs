namespace WireMock.ResponseBuilders;

/// <summary>How an answer is spoilt.</summary>
public enum FaultType
{
    NONE,

    /// <summary>No body; the status stays.</summary>
    EMPTY_RESPONSE,

    /// <summary>Half of the body, then rubbish.</summary>
    MALFORMED_RESPONSE_CHUNK,
}

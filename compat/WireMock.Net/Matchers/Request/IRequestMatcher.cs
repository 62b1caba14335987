namespace WireMock.Matchers.Request;

/// <summary>What a request must be like.</summary>
public interface IRequestMatcher
{
    internal RequestMatchResult Match(RequestMessage request);
}

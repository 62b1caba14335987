namespace WireMock.Matchers;

/// <summary>What a text must be like.</summary>
public interface IStringMatcher : IMatcher
{
}

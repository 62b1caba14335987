using System.Text.Json.Nodes;

namespace WireMock.Matchers;

/// <summary>One of some texts.</summary>
public class ExactMatcher(params string[] values) : IStringMatcher
{
    public string Name => nameof(ExactMatcher);

    bool IMatcher.IsMatch(string? text, JsonNode? json) => text is not null && values.Contains(text);
}

using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace WireMock.Matchers;

/// <summary>A text in which a regular expression is found.</summary>
public class RegexMatcher : IStringMatcher
{
    private readonly Regex _expression;

    public RegexMatcher(string pattern, bool ignoreCase = false) =>
        _expression = new Regex(pattern, RegexOptions.Multiline | (ignoreCase ? RegexOptions.IgnoreCase : RegexOptions.None), TimeSpan.FromSeconds(10));

    public string Name => nameof(RegexMatcher);

    bool IMatcher.IsMatch(string? text, JsonNode? json) => text is not null && _expression.IsMatch(text);
}

using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace WireMock.Matchers;

/// <summary>A whole text, with <c>*</c> for anything and <c>?</c> for any one character.</summary>
public class WildcardMatcher : IStringMatcher
{
    private readonly Regex _expression;

    public WildcardMatcher(string pattern, bool ignoreCase = false)
    {
        ArgumentNullException.ThrowIfNull(pattern);
        var text = Regex.Escape(pattern).Replace(@"\*", ".*", StringComparison.Ordinal).Replace(@"\?", ".", StringComparison.Ordinal);
        _expression = new Regex($@"\A{text}\z", RegexOptions.CultureInvariant | RegexOptions.Singleline | (ignoreCase ? RegexOptions.IgnoreCase : RegexOptions.None));
    }

    public string Name => nameof(WildcardMatcher);

    bool IMatcher.IsMatch(string? text, JsonNode? json) => text is not null && _expression.IsMatch(text);
}

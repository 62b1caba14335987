using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace WireMock.Matchers;

/// <summary>JSON in which a path leads to something, for any of some paths.</summary>
public partial class JsonPathMatcher : IMatcher
{
    private readonly List<List<Match>> _paths;

    public JsonPathMatcher(params string[] patterns) => _paths = [.. patterns.Select(Steps)];

    public string Name => nameof(JsonPathMatcher);

    bool IMatcher.IsMatch(string? text, JsonNode? json) =>
        json is not null && _paths.Any(path => path.Aggregate(Enumerable.Repeat<JsonNode?>(json, 1), (nodes, step) => nodes.SelectMany(node => Follow(node, step))).Any(node => node is not null));

    private static List<Match> Steps(string pattern)
    {
        var steps = new List<Match>();
        var position = pattern.StartsWith('$') ? 1 : 0;
        while (position < pattern.Length)
        {
            var step = Step().Match(pattern, position);
            if (!step.Success) throw new ArgumentException($"'{pattern}' is not a JSON path that is understood here.", nameof(pattern));
            steps.Add(step);
            position += step.Length;
        }

        return steps;
    }

    private static IEnumerable<JsonNode?> Follow(JsonNode? node, Match step)
    {
        if (step.Groups["deep"].Success) return Descendants(node).SelectMany(n => Named(n, step.Groups["deep"].Value));
        if (step.Groups["name"].Success) return Named(node, step.Groups["name"].Value);
        if (step.Groups["index"].Success) return node is JsonArray array && int.Parse(step.Groups["index"].Value, null) is var index && index < array.Count ? [array[index]] : [];
        if (step.Groups["all"].Success) return Children(node);
        return Children(node).Where(child => Fits(child, step));
    }

    private static bool Fits(JsonNode? node, Match step)
    {
        var found = step.Groups["property"].Value.Split('.').Aggregate(node, (n, name) => (n as JsonObject)?[name]);
        if (!step.Groups["operator"].Success) return found is not null;
        var literal = step.Groups["text"].Success ? JsonValue.Create(step.Groups["text"].Value) : JsonNode.Parse(step.Groups["literal"].Value);
        return JsonNode.DeepEquals(found, literal) == (step.Groups["operator"].Value == "==");
    }

    private static IEnumerable<JsonNode?> Named(JsonNode? node, string name) =>
        name == "*" ? Children(node) : node is JsonObject obj && obj.TryGetPropertyValue(name, out var value) ? [value] : [];

    private static IEnumerable<JsonNode?> Children(JsonNode? node) => node switch
    {
        JsonObject obj => obj.Select(property => property.Value),
        JsonArray array => array,
        _ => [],
    };

    private static IEnumerable<JsonNode?> Descendants(JsonNode? node) => Children(node).SelectMany(Descendants).Prepend(node);

    [GeneratedRegex("""
        \G(
          \.\.(?<deep>[\w\-*]+)
        | \.?\[\s*(?<index>\d+)\s*\]
        | \.?\[\s*(?<all>\*)\s*\]
        | \.?\[\s*'(?<name>[^']*)'\s*\]
        | \.?\[\?\(\s*@\.(?<property>[\w\-.]+)\s*((?<operator>==|!=)\s*('(?<text>[^']*)'|(?<literal>-?[\d.]+|true|false|null))\s*)?\)\]
        | \.?(?<name>[\w\-*]+)
        )
        """, RegexOptions.ExplicitCapture | RegexOptions.IgnorePatternWhitespace)]
    private static partial Regex Step();
}

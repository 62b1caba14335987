using System.Text.Json.Nodes;

namespace WireMock.Matchers;

/// <summary>JSON that has at least these properties and items.</summary>
public class JsonPartialMatcher : IMatcher
{
    private readonly JsonNode? _value;

    public JsonPartialMatcher(string value) => _value = JsonNode.Parse(value);

    public JsonPartialMatcher(object value) => _value = Json.Of(value);

    public string Name => nameof(JsonPartialMatcher);

    bool IMatcher.IsMatch(string? text, JsonNode? json) => json is not null && Has(json, _value);

    private static bool Has(JsonNode? actual, JsonNode? expected) => (actual, expected) switch
    {
        (JsonObject a, JsonObject e) => e.All(property => a.TryGetPropertyValue(property.Key, out var value) && Has(value, property.Value)),
        (JsonArray a, JsonArray e) => e.All(item => a.Any(candidate => Has(candidate, item))),
        _ => JsonNode.DeepEquals(actual, expected),
    };
}

using System.Text.Json.Nodes;

namespace WireMock.Matchers;

/// <summary>The same JSON, whatever the order of properties.</summary>
public class JsonMatcher : IMatcher
{
    private readonly JsonNode? _value;

    public JsonMatcher(string value) => _value = JsonNode.Parse(value);

    public JsonMatcher(object value) => _value = Json.Of(value);

    public string Name => nameof(JsonMatcher);

    bool IMatcher.IsMatch(string? text, JsonNode? json) => json is not null && JsonNode.DeepEquals(_value, json);
}

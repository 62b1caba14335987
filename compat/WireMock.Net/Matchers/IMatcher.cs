using System.Text.Json.Nodes;

namespace WireMock.Matchers;

/// <summary>What a value must be like.</summary>
public interface IMatcher
{
    string Name { get; }

    internal bool IsMatch(string? text, JsonNode? json);
}

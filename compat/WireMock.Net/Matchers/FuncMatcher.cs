using System.Text.Json.Nodes;

namespace WireMock.Matchers;

internal sealed class FuncMatcher(Func<string?, bool> func) : IMatcher
{
    public string Name => nameof(FuncMatcher);

    bool IMatcher.IsMatch(string? text, JsonNode? json) => func(text);
}

using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace WireMock.Matchers;

/// <summary>Objects as JSON: names as they are declared, nulls included.</summary>
internal static class Json
{
    public static readonly JsonSerializerOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static JsonNode? Of(object value) => value as JsonNode ?? JsonSerializer.SerializeToNode(value, Options);
}

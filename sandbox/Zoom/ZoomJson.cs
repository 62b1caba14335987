using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Meetings.ZoomSandbox;

/// <summary>JSON as Zoom writes it: compact, letters of every script as they are.</summary>
internal static class ZoomJson
{
    // Zoom signs what it sends; a receiver that hashes the raw bytes must see the same bytes for an Arabic name or an emoji.
    public static readonly JsonSerializerOptions Options = new() { Encoder = new PlainJsonEncoder() };

    public static byte[] Bytes(JsonNode node) => JsonSerializer.SerializeToUtf8Bytes(node, Options);

    /// <summary>An instant as Zoom writes it: UTC, to the second.</summary>
    public static string Text(DateTimeOffset instant) =>
        instant.ToUniversalTime().ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    /// <summary>An answer of the REST API.</summary>
    public static IResult Answer(JsonNode body, int status = StatusCodes.Status200OK) =>
        Results.Text(Bytes(body), "application/json;charset=UTF-8", status);

    public static bool Flag(this JsonObject settings, string name) => settings[name]?.GetValue<bool>() ?? false;

    public static int Number(this JsonObject settings, string name) => settings[name]?.GetValue<int>() ?? 0;
}

using System.Text.Json;
using Meetings.WebhookIngress.Reading;

namespace Meetings.WebhookIngress.LiveKitEvents;

/// <summary>
/// Protobuf as JSON: a receiver must take a field's name in either spelling, numbers as strings and enums as numbers, and what is left out or
/// <c>null</c> has its default.
/// </summary>
internal static class ProtoJson
{
    /// <summary>The spelling in which a field is there; the usual one when it is not.</summary>
    public static ReadOnlySpan<byte> Spelling(JsonElement parent, ReadOnlySpan<byte> camel, ReadOnlySpan<byte> snake) =>
        parent.TryGetProperty(camel, out _) || !parent.TryGetProperty(snake, out _) ? camel : snake;

    public static JsonElement? Message(JsonElement parent, ReadOnlySpan<byte> name) =>
        parent.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Object ? value : null;

    public static bool IsTrue(JsonElement parent, ReadOnlySpan<byte> name) => parent.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.True;

    /// <summary>A number's text; null for its default, zero, however it is written.</summary>
    public static string? Number(JsonElement parent, ReadOnlySpan<byte> camel, ReadOnlySpan<byte> snake) =>
        JsonText.Read(parent, Spelling(parent, camel, snake)) is { } text && text is not "0" ? text : null;
}

using System.Text.Json;
using Meetings.WebhookIngress.Deliveries;

namespace Meetings.WebhookIngress.Reading;

/// <summary>
/// A body as a JSON object that names its event. It never refuses: what cannot be read is quarantined, since sending it again would not help, and
/// no provider would.
/// </summary>
internal static class EventDocument
{
    public const int MaxDepth = 64;

    private const int LongestName = 128;

    // "event" twice in one body: two readers would see two different events.
    private static readonly JsonDocumentOptions Strict = new() { MaxDepth = MaxDepth, AllowDuplicateProperties = false };

    /// <param name="read">Says what the event of that name means.</param>
    /// <param name="unreadable">Says what becomes of the body for a reason.</param>
    public static T Read<T>(DeliveryBody body, Func<string, JsonElement, T> read, Func<string, T> unreadable)
    {
        try
        {
            using var document = JsonDocument.Parse(body.Bytes, Strict);
            var root = document.RootElement;
            if (root.ValueKind != JsonValueKind.Object) return unreadable("not-an-object");
            return root.TryGetProperty("event"u8, out var type) && type.ValueKind == JsonValueKind.String
                && JsonText.Read(root, "event"u8) is { Length: <= LongestName } name
                    ? read(name, root)
                    : unreadable("event");
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // InvalidOperationException: a property's name that is not text.
            return unreadable(body.Bytes.Length == 0 ? "empty" : "not-json");
        }
    }
}

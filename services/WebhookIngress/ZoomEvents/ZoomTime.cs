using System.Globalization;
using System.Text.Json;
using Meetings.WebhookIngress.Reading;

namespace Meetings.WebhookIngress.ZoomEvents;

/// <summary>Instants as Zoom writes them in its events' own fields.</summary>
internal static class ZoomTime
{
    // With its zone: a time without one may be a day off.
    private static readonly string[] Formats = ["yyyy-MM-dd'T'HH:mm:ss.FFFFFFF'Z'", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFzzz"];

    /// <summary>ISO 8601 with a zone. Null for what is none, or is not plausible.</summary>
    public static DateTimeOffset? Iso(JsonElement parent, ReadOnlySpan<byte> name, DateTimeOffset receivedAt) =>
        DateTimeOffset.TryParseExact(
            JsonText.Read(parent, name), Formats, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var at)
            ? PlausibleTime.Of(at, receivedAt)
            : null;
}

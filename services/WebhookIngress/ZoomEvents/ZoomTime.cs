using System.Globalization;
using System.Text.Json;

namespace Meetings.WebhookIngress.ZoomEvents;

/// <summary>Instants as Zoom writes them. Null for what is none, or cannot be one of a meeting: a wrong time would become a wrong mark.</summary>
internal static class ZoomTime
{
    // Zoom's first public year; and far enough ahead for a rehearsal in tomorrow's time, not for 9999.
    private static readonly DateTimeOffset Earliest = new(2012, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly TimeSpan FarthestAhead = TimeSpan.FromDays(370);

    // With its zone: a time without one may be a day off.
    private static readonly string[] Formats = ["yyyy-MM-dd'T'HH:mm:ss.FFFFFFF'Z'", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFzzz"];

    /// <summary>ISO 8601 with a zone.</summary>
    public static DateTimeOffset? Iso(JsonElement parent, ReadOnlySpan<byte> name, DateTimeOffset receivedAt) =>
        DateTimeOffset.TryParseExact(
            ZoomText.Read(parent, name), Formats, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var at)
            ? Plausible(at, receivedAt)
            : null;

    /// <summary>Milliseconds since 1970, as <c>event_ts</c> has them.</summary>
    public static DateTimeOffset? Milliseconds(string? text, DateTimeOffset receivedAt) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var milliseconds)
        && milliseconds <= DateTimeOffset.MaxValue.ToUnixTimeMilliseconds()
            ? Plausible(DateTimeOffset.FromUnixTimeMilliseconds(milliseconds), receivedAt)
            : null;

    // By the time of receipt and not by our clock, so that reading a stored body again gives the same answer.
    private static DateTimeOffset? Plausible(DateTimeOffset at, DateTimeOffset receivedAt) =>
        at >= Earliest && at <= receivedAt + FarthestAhead ? at : null;
}

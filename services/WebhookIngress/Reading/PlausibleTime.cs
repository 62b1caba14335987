using System.Globalization;

namespace Meetings.WebhookIngress.Reading;

/// <summary>Instants as providers write them. Null for what is none, or cannot be one of a meeting: a wrong time would become a wrong mark.</summary>
internal static class PlausibleTime
{
    // Zoom's first public year; and far enough ahead for a rehearsal in tomorrow's time, not for 9999.
    private static readonly DateTimeOffset Earliest = new(2012, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly TimeSpan FarthestAhead = TimeSpan.FromDays(370);

    // By the time of receipt and not by our clock, so that reading a stored body again gives the same answer.
    public static DateTimeOffset? Of(DateTimeOffset at, DateTimeOffset receivedAt) => at >= Earliest && at <= receivedAt + FarthestAhead ? at : null;

    /// <summary>Milliseconds since 1970, in decimal digits.</summary>
    public static DateTimeOffset? Milliseconds(string? text, DateTimeOffset receivedAt) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var milliseconds)
        && milliseconds <= DateTimeOffset.MaxValue.ToUnixTimeMilliseconds()
            ? Of(DateTimeOffset.FromUnixTimeMilliseconds(milliseconds), receivedAt)
            : null;

    /// <summary>Seconds since 1970, in decimal digits.</summary>
    public static DateTimeOffset? Seconds(string? text, DateTimeOffset receivedAt) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) && seconds <= DateTimeOffset.MaxValue.ToUnixTimeSeconds()
            ? Of(DateTimeOffset.FromUnixTimeSeconds(seconds), receivedAt)
            : null;
}

using System.Globalization;
using System.Security.Cryptography;
using Meetings.WebhookIngress.Reading;

namespace Meetings.WebhookIngress.ZoomEvents;

/// <summary>
/// What an event is, not how it was sent. Zoom gives its events no id, signs retries anew (perhaps), may send one event through several
/// subscriptions, and repeats it with other tokens inside; so neither a header nor the body's hash will do where we know what the event says.
/// </summary>
internal static class DedupeKey
{
    private const string Zoom = "zoom";

    /// <summary>Of an event that takes effect: sitting, connection and its own time say it all.</summary>
    public static byte[] Of(string name, string? account, ZoomFact fact) => EventKey.Of(
        Zoom, fact.At, name, account, fact.Sitting.SittingId, fact.ConnectionId, fact.Who?.SessionNumber, fact.At.UtcTicks.ToString(CultureInfo.InvariantCulture));

    /// <summary>Of an event that we only store. What distinguishes it we do not know, so all of its payload does, and <c>event_ts</c>.</summary>
    public static byte[] Of(string name, string? account, string? eventTs, DateTimeOffset? at, ReadOnlySpan<byte> payload) =>
        EventKey.Of(Zoom, at, name, account, eventTs, Convert.ToHexStringLower(SHA256.HashData(payload)));

    /// <summary>Of a body that cannot be read: its hash.</summary>
    public static byte[] OfBody(byte[] bodyHash) => EventKey.OfBody(Zoom, bodyHash);
}

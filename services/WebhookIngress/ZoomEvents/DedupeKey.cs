using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Meetings.WebhookIngress.ZoomEvents;

/// <summary>
/// What an event is, not how it was sent. Zoom gives its events no id, signs retries anew (perhaps), may send one event through several
/// subscriptions, and repeats it with other tokens inside; so neither a header nor the body's hash will do where we know what the event says.
/// <para>
/// 32 bytes: the event's own time in milliseconds, big-endian, then 24 bytes of SHA-256. The time comes first because keys that arrive in about the
/// order of the index cost 2.5 times less to insert than random ones, and the more so the longer keys are kept.
/// </para>
/// </summary>
internal static class DedupeKey
{
    private const int TimeBytes = 8;
    private const int Bytes = 32;

    /// <summary>Of an event that takes effect: sitting, connection and its own time say it all.</summary>
    public static byte[] Of(string name, string? account, ZoomFact fact) => Of(fact.At.ToUnixTimeMilliseconds(), Text(
        name, account, fact.Sitting.SittingId, fact.ConnectionId, fact.Who?.SessionNumber, fact.At.UtcTicks.ToString(CultureInfo.InvariantCulture)));

    /// <summary>Of an event that we only store. What distinguishes it we do not know, so all of its payload does, and <c>event_ts</c>.</summary>
    public static byte[] Of(string name, string? account, string? eventTs, DateTimeOffset? at, ReadOnlySpan<byte> payload) =>
        Of(at?.ToUnixTimeMilliseconds() ?? 0, Text(name, account, eventTs, Convert.ToHexStringLower(SHA256.HashData(payload))));

    /// <summary>Of a body that cannot be read: its hash.</summary>
    public static byte[] OfBody(byte[] bodyHash) => Of(0, Text("body", Convert.ToHexStringLower(bodyHash)));

    private static byte[] Of(long milliseconds, string text)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(Encoding.UTF8.GetBytes(text), hash);

        var key = new byte[Bytes];
        BinaryPrimitives.WriteInt64BigEndian(key, milliseconds);
        hash[..(Bytes - TimeBytes)].CopyTo(key.AsSpan(TimeBytes));
        return key;
    }

    // Each part with its length, so that no two different lists of parts read the same.
    private static string Text(params ReadOnlySpan<string?> parts)
    {
        var text = new StringBuilder("zoom");
        foreach (var part in parts) text.Append('|').Append(part?.Length ?? -1).Append(':').Append(part);
        return text.ToString();
    }
}

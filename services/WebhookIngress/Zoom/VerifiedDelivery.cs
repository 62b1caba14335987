using System.Buffers;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Meetings.WebhookIngress.Receiving;
using Microsoft.Extensions.Primitives;

namespace Meetings.WebhookIngress.Zoom;

/// <summary>A webhook request of Zoom's whose sender and age have been checked. Only <see cref="FromZoom"/> makes one, so nothing unverified can be stored.</summary>
internal sealed class VerifiedDelivery
{
    private const string Version = "v0=";
    private const int DigestBytes = 32;

    private static readonly SearchValues<char> LowerHex = SearchValues.Create("0123456789abcdef");

    private readonly byte[] _secret;

    private VerifiedDelivery(byte[] body, byte[] secret) => (Body, _secret) = (body, secret);

    /// <summary>As received; a copy of its own.</summary>
    public byte[] Body { get; }

    /// <summary>What Zoom expects as the proof that we know the secret: signed with the one that signed the question.</summary>
    public string Sign(string plainToken) => Convert.ToHexStringLower(HMACSHA256.HashData(_secret, Encoding.UTF8.GetBytes(plainToken)));

    /// <summary>Checks signature and age over the bytes as received.</summary>
    /// <param name="why">For the counter only. The sender is told nothing, so that a forger learns nothing.</param>
    /// <returns>Null when any check fails.</returns>
    public static VerifiedDelivery? FromZoom(
        StringValues signature, StringValues timestamp, RawBody body, ZoomSecrets secrets, DateTimeOffset now, out Rejection why)
    {
        // Two headers of a name: the proxy before us and we may each believe another one.
        if (signature.Count > 1 || timestamp.Count > 1) return No(Rejection.RepeatedHeader, out why);
        if (signature.Count == 0 || timestamp.Count == 0) return No(Rejection.Missing, out why);

        Span<byte> given = stackalloc byte[DigestBytes];
        if (!TryDecode(signature[0], given)) return No(Rejection.MalformedSignature, out why);

        if (!long.TryParse(timestamp[0], NumberStyles.None, CultureInfo.InvariantCulture, out var sentAt)) return No(Rejection.MalformedTimestamp, out why);
        // Compared as numbers: an attacker's timestamp need not fit a date.
        var age = now.ToUnixTimeSeconds() - sentAt;
        if (age > secrets.PastSeconds) return No(Rejection.Stale, out why);
        if (-age > secrets.FutureSeconds) return No(Rejection.FromTheFuture, out why);

        if (!TryFindSigner(given, timestamp[0]!, body, secrets, now, out var secret)) return No(Rejection.WrongSignature, out why);

        why = default;
        return new VerifiedDelivery(body.Bytes.ToArray(), secret);
    }

    private static VerifiedDelivery? No(Rejection reason, out Rejection why)
    {
        why = reason;
        return null;
    }

    /// <summary>Exactly as Zoom writes it: <c>v0=</c> and 64 lower-case hex digits. What has another shape needs no secret to be refused.</summary>
    private static bool TryDecode(string? signature, Span<byte> digest) =>
        signature is not null && signature.Length == Version.Length + (2 * DigestBytes) && signature.StartsWith(Version, StringComparison.Ordinal)
        && !signature.AsSpan(Version.Length).ContainsAnyExcept(LowerHex)
        && Convert.FromHexString(signature.AsSpan(Version.Length), digest, out _, out _) == OperationStatus.Done;

    private static bool TryFindSigner(
        ReadOnlySpan<byte> given, string timestamp, RawBody body, ZoomSecrets secrets, DateTimeOffset now, out byte[] signer)
    {
        // "v0:{timestamp}:{body}". The timestamp as sent, leading zeros and all, so a number that fits may still be too long.
        var prefix = 4 + timestamp.Length;
        if (prefix > RawBody.HeadRoom)
        {
            signer = [];
            return false;
        }

        var signed = body.WithPrefix(prefix);
        "v0:"u8.CopyTo(signed);
        Encoding.ASCII.GetBytes(timestamp, signed[3..]);
        signed[prefix - 1] = (byte)':';

        // All of them, also after a match: the time taken does not tell which one it was.
        signer = [];
        Span<byte> expected = stackalloc byte[DigestBytes];
        foreach (var (key, invalidAt) in secrets.All)
        {
            HMACSHA256.HashData(key, signed, expected);
            if (CryptographicOperations.FixedTimeEquals(expected, given) && now < invalidAt) signer = key;
        }

        return signer.Length > 0;
    }
}

/// <summary>Why a request was not believed: the counter's tag, and nobody else's business.</summary>
internal enum Rejection
{
    Missing,
    RepeatedHeader,
    MalformedSignature,
    MalformedTimestamp,
    Stale,
    FromTheFuture,
    WrongSignature,
}

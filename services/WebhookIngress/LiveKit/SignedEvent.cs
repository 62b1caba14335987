using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Meetings.WebhookIngress.Receiving;
using Microsoft.Extensions.Primitives;

namespace Meetings.WebhookIngress.LiveKit;

/// <summary>A webhook request of LiveKit's whose sender and age have been checked. Only <see cref="From"/> makes one, so nothing unverified can be stored.</summary>
internal sealed class SignedEvent
{
    private SignedEvent(byte[] body, byte[] hash, string keyId) => (Body, Hash, KeyId) = (body, hash, keyId);

    /// <summary>As received; a copy of its own.</summary>
    public byte[] Body { get; }

    /// <summary>SHA-256 of the body, which is what was signed.</summary>
    public byte[] Hash { get; }

    /// <summary>Which of our keys signed it.</summary>
    public string KeyId { get; }

    /// <summary>Checks the token and that it is about the bytes as received.</summary>
    /// <param name="authorization">The bare token, as LiveKit sends it: no <c>Bearer</c> before it.</param>
    /// <param name="why">For the counter only. The sender is told nothing, so that a forger learns nothing.</param>
    /// <returns>Null when any check fails.</returns>
    public static SignedEvent? From(StringValues authorization, RawBody body, LiveKitKeys keys, DateTimeOffset now, out Rejection why)
    {
        // Two headers of a name: the proxy before us and we may each believe another one.
        if (authorization.Count > 1) return No(Rejection.RepeatedHeader, out why);
        if (authorization is not [{ Length: > 0 } text]) return No(Rejection.Missing, out why);

        Span<byte> token = stackalloc byte[WebhookToken.MaxLength];
        if (text.Length > token.Length || !Encoding.ASCII.TryGetBytes(text, token, out var length)) return No(Rejection.MalformedToken, out why);

        Span<byte> told = stackalloc byte[WebhookToken.HashLength];
        why = WebhookToken.Verify(token[..length], keys, now, told, out var key);
        if (why != Rejection.None) return null;

        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(body.Bytes, hash);
        Span<byte> actual = stackalloc byte[WebhookToken.HashLength];
        Base64.EncodeToUtf8(hash, actual, out _, out _);
        if (!CryptographicOperations.FixedTimeEquals(actual, told)) return No(Rejection.WrongBody, out why);

        return new SignedEvent(body.Bytes.ToArray(), hash.ToArray(), key!.Id);
    }

    private static SignedEvent? No(Rejection reason, out Rejection why)
    {
        why = reason;
        return null;
    }
}

/// <summary>Why a request was not believed: the counter's tag, and nobody else's business.</summary>
internal enum Rejection
{
    None,
    Missing,
    RepeatedHeader,
    MalformedToken,
    WrongSignature,
    WrongAlgorithm,
    WrongKey,
    Expired,
    NotYetValid,
    NotAboutABody,
    WrongBody,
}

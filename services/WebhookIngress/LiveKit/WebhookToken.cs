using System.Buffers;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text.Json;

namespace Meetings.WebhookIngress.LiveKit;

/// <summary>
/// The JWT of a LiveKit webhook, verified over spans: a flood of forgeries costs one HMAC each and no allocation. The signature comes first, with
/// HS256 and nothing else, so that whatever is parsed after it was written by somebody who holds a key of ours. Never more liberal than
/// LiveKit's own verifier, and stricter where its servers have no need of it.
/// </summary>
internal static class WebhookToken
{
    /// <summary>LiveKit's own have some 300 characters.</summary>
    public const int MaxLength = 2048;

    /// <summary>32 bytes in base64, with padding.</summary>
    public const int HashLength = 44;

    private const int DigestBytes = 32;
    private const int DigestCharacters = 43;

    /// <summary>
    /// How far its clock and ours may be apart: LiveKit's own leeway. A token is new when it is sent, so with less, a server whose clock is ahead
    /// would lose every event, since it never sends again what was answered with 401.
    /// </summary>
    private const int LeewaySeconds = 60;

    private static readonly SearchValues<byte> Base64UrlAlphabet =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"u8);

    /// <param name="bodyHash">Receives the base64 of the SHA-256 of the body that the token is about: <see cref="HashLength"/> characters.</param>
    /// <param name="key">Who signed it.</param>
    /// <returns><see cref="Rejection.None"/> when all is well, but for the body.</returns>
    public static Rejection Verify(ReadOnlySpan<byte> token, LiveKitKeys keys, DateTimeOffset now, Span<byte> bodyHash, out LiveKitKey? key)
    {
        key = null;
        var headerEnd = token.IndexOf((byte)'.');
        var payloadEnd = token.LastIndexOf((byte)'.');
        if (payloadEnd <= headerEnd) return Rejection.MalformedToken;

        Span<byte> given = stackalloc byte[DigestBytes];
        var signature = token[(payloadEnd + 1)..];
        if (signature.Length != DigestCharacters || !TryDecode(signature, given, out _)) return Rejection.MalformedToken;
        if (!TryFindSigner(token[..payloadEnd], given, keys, out key)) return Rejection.WrongSignature;

        Span<byte> json = stackalloc byte[MaxLength];
        try
        {
            if (!TryDecode(token[..headerEnd], json, out var length)) return Rejection.MalformedToken;
            var why = ReadHeader(json[..length], key!);
            if (why != Rejection.None) return why;
            return TryDecode(token[(headerEnd + 1)..payloadEnd], json, out length) ? ReadClaims(json[..length], key!, now, bodyHash) : Rejection.MalformedToken;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return Rejection.MalformedToken;
        }
    }

    private static bool TryFindSigner(ReadOnlySpan<byte> signed, ReadOnlySpan<byte> given, LiveKitKeys keys, out LiveKitKey? signer)
    {
        // All of them, also after a match: the time taken does not tell which one it was.
        signer = null;
        Span<byte> expected = stackalloc byte[DigestBytes];
        foreach (var key in keys.All)
        {
            HMACSHA256.HashData(key.Secret, signed, expected);
            if (CryptographicOperations.FixedTimeEquals(expected, given)) signer = key;
        }

        return signer is not null;
    }

    /// <summary>It must call itself what it was verified as; and a <c>kid</c>, which LiveKit does not write, may only name the key that signed.</summary>
    private static Rejection ReadHeader(ReadOnlySpan<byte> json, LiveKitKey key)
    {
        var reader = new Utf8JsonReader(json);
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject) return Rejection.MalformedToken;

        var algorithms = 0;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("alg"u8))
            {
                algorithms++;
                if (!IsString(ref reader, "HS256")) return Rejection.WrongAlgorithm;
            }
            else if (reader.ValueTextEquals("kid"u8))
            {
                if (!IsString(ref reader, key.Id)) return Rejection.WrongKey;
            }
            else if (reader.ValueTextEquals("crit"u8))
            {
                // Something that a verifier must understand, and this one does not.
                return Rejection.MalformedToken;
            }
            else
            {
                reader.Skip();
            }
        }

        if (reader.Read()) return Rejection.MalformedToken;
        return algorithms == 1 ? Rejection.None : Rejection.WrongAlgorithm;
    }

    private static Rejection ReadClaims(ReadOnlySpan<byte> json, LiveKitKey key, DateTimeOffset now, Span<byte> bodyHash)
    {
        var reader = new Utf8JsonReader(json);
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject) return Rejection.MalformedToken;

        int issuers = 0, expiries = 0, beginnings = 0, hashes = 0;
        long expires = 0, begins = 0;
        var aboutABody = false;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("iss"u8))
            {
                issuers++;
                if (!IsString(ref reader, key.Id)) return Rejection.WrongKey;
            }
            else if (reader.ValueTextEquals("exp"u8))
            {
                expiries++;
                if (!IsSeconds(ref reader, out expires)) return Rejection.MalformedToken;
            }
            else if (reader.ValueTextEquals("nbf"u8))
            {
                beginnings++;
                if (!IsSeconds(ref reader, out begins)) return Rejection.MalformedToken;
            }
            else if (reader.ValueTextEquals("sha256"u8))
            {
                hashes++;
                aboutABody = IsHash(ref reader, bodyHash);
            }
            else
            {
                reader.Skip();
            }
        }

        // Whatever is there twice, two verifiers may read in two ways.
        if (reader.Read() || issuers > 1 || expiries > 1 || beginnings > 1 || hashes > 1) return Rejection.MalformedToken;
        if (issuers == 0) return Rejection.WrongKey;

        var seconds = now.ToUnixTimeSeconds();
        if (expiries == 0 || seconds - LeewaySeconds >= expires) return Rejection.Expired;
        if (beginnings == 1 && seconds + LeewaySeconds < begins) return Rejection.NotYetValid;
        // A participant's token is signed with the same key. It lets into a room and says nothing of a body.
        return aboutABody ? Rejection.None : Rejection.NotAboutABody;
    }

    private static bool IsString(ref Utf8JsonReader reader, string value) =>
        reader.Read() && reader.TokenType == JsonTokenType.String && reader.ValueTextEquals(value);

    private static bool IsSeconds(ref Utf8JsonReader reader, out long seconds)
    {
        seconds = 0;
        return reader.Read() && reader.TokenType == JsonTokenType.Number && reader.TryGetInt64(out seconds);
    }

    private static bool IsHash(ref Utf8JsonReader reader, Span<byte> hash)
    {
        const int escaped = 6 * HashLength;
        if (!reader.Read() || reader.TokenType != JsonTokenType.String || reader.ValueSpan.Length > escaped)
        {
            reader.Skip();
            return false;
        }

        Span<byte> text = stackalloc byte[escaped];
        text = text[..reader.CopyString(text)];
        return text.Length == HashLength && text.TryCopyTo(hash);
    }

    // Strict about what the framework forgives: padding and white space.
    private static bool TryDecode(ReadOnlySpan<byte> text, Span<byte> bytes, out int length)
    {
        length = 0;
        return !text.ContainsAnyExcept(Base64UrlAlphabet) && Base64Url.DecodeFromUtf8(text, bytes, out _, out length) == OperationStatus.Done;
    }
}

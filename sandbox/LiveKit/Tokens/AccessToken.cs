using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Google.Protobuf;
using Meetings.Contracts.LiveKit;

namespace Meetings.LiveKitSandbox.Tokens;

/// <summary>What a token says, after its signature, algorithm, issuer and times were found right. Only <see cref="Verify"/> makes one.</summary>
internal sealed class AccessToken
{
    /// <summary>How far the clocks of signer and server may differ.</summary>
    public static readonly TimeSpan Leeway = TimeSpan.FromMinutes(1);

    private static readonly JsonParser Lenient = new(JsonParser.Settings.Default.WithIgnoreUnknownFields(true));

    private static readonly JsonSerializerOptions Json = new() { PropertyNamingPolicy = JsonNamingPolicy.CamelCase, PropertyNameCaseInsensitive = true };

    private readonly TokenClaims _claims;

    private AccessToken(TokenClaims claims) => _claims = claims;

    /// <summary>The participant; empty in a token of a service. Old tokens have it in jti.</summary>
    public string Identity => _claims.Sub is { Length: > 0 } subject ? subject : _claims.Jti ?? "";

    public string Name => _claims.Name ?? "";

    public string Metadata => _claims.Metadata ?? "";

    public IReadOnlyDictionary<string, string> Attributes => _claims.Attributes ?? [];

    /// <summary>A kind that is not known is an ordinary participant.</summary>
    public ParticipantInfo.Types.Kind Kind =>
        (ParticipantInfo.Types.Kind)EnumNames.Number(ParticipantInfo.Descriptor.EnumTypes.Single(e => e.Name == "Kind"), _claims.Kind);

    /// <summary>The grants; none in a token that allows nothing here.</summary>
    public VideoGrant? Video => _claims.Video;

    /// <summary>How the room is to be if its bearer opens it.</summary>
    public RoomConfiguration? RoomConfig { get; private init; }

    /// <param name="secrets">API secrets by key id.</param>
    /// <param name="refusal">Why the token is none, in the server's words.</param>
    public static AccessToken? Verify(string token, IDictionary<string, string> secrets, DateTimeOffset now, out string refusal)
    {
        refusal = Invalid;
        var parts = token.Split('.');
        if (parts.Length != 3 || Decode<TokenHeader>(parts[0]) is not { } header || Decode<TokenClaims>(parts[1]) is not { } claims) return null;

        refusal = "invalid API key";
        if (claims.Iss is null || !secrets.TryGetValue(claims.Iss, out var secret)) return null;

        refusal = Because($"token signature is invalid: signing method {header.Alg} is invalid");
        if (header.Alg != "HS256") return null;

        refusal = Because("token signature is invalid: signature is invalid");
        var expected = HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), Encoding.ASCII.GetBytes($"{parts[0]}.{parts[1]}"));
        if (!CryptographicOperations.FixedTimeEquals(expected, Bytes(parts[2]))) return null;

        refusal = Because("token has invalid claims: exp claim is required");
        if (claims.Exp is not { } expiry) return null;

        refusal = Because("token has invalid claims: token is expired");
        var seconds = now.ToUnixTimeMilliseconds() / 1000.0;
        if (seconds >= expiry + Leeway.TotalSeconds) return null;

        refusal = Because("token has invalid claims: token is not valid yet");
        if (seconds < claims.Nbf - Leeway.TotalSeconds) return null;

        refusal = Invalid;
        return Room(claims, out var room) ? new AccessToken(claims) { RoomConfig = room } : null;
    }

    private const string Invalid = "invalid authorization token";

    private static string Because(string why) => $"{Invalid}: {why}";

    private static bool Room(TokenClaims claims, out RoomConfiguration? room)
    {
        room = null;
        if (claims.RoomConfig is not { ValueKind: JsonValueKind.Object } config) return true;
        try
        {
            room = Lenient.Parse<RoomConfiguration>(config.GetRawText());
            return true;
        }
        catch (Exception e) when (e is InvalidProtocolBufferException or InvalidJsonException)
        {
            return false;
        }
    }

    private static T? Decode<T>(string part)
    {
        try
        {
            return JsonSerializer.Deserialize<T>(Bytes(part), Json);
        }
        catch (JsonException)
        {
            return default;
        }
    }

    private static byte[] Bytes(string part)
    {
        try
        {
            return Base64Url.DecodeFromChars(part);
        }
        catch (FormatException)
        {
            return [];
        }
    }
}

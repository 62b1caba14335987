using System.Globalization;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Meetings.WebhookIngress.Tests;

/// <summary>LiveKit's words and LiveKit's signature.</summary>
internal static class LiveKitSays
{
    public const string KeyId = "devkey";
    public const string Secret = "livekit-development-secret-0123456789abcdef";
    public const string RoomName = "al-noor-quran-session-42";
    public const string Identity = "0192a5b0-5f6e-7c11-9d3e-2f4a6b8c0d1e_anna";

    private static readonly JsonSerializerOptions AsLiveKitDoes = new(JsonSerializerOptions.Default)
    {
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>A sitting's id that no other test has.</summary>
    public static string Sid(string prefix = "RM") => $"{prefix}_{Guid.NewGuid():n}"[..15];

    public static string Started(string sid, Action<JsonObject>? change = null) => Event("room_started", 1789365600, sid, null, change);

    public static string Finished(string sid, long createdAt = 1789368380, Action<JsonObject>? change = null) => Event("room_finished", createdAt, sid, null, change);

    public static string Joined(string sid, string connection = "PA_h3TnR8wYc5Pb", Action<JsonObject>? change = null) =>
        Event("participant_joined", 1789365672, sid, Participant(connection, "ACTIVE"), change);

    public static string Left(string sid, string connection = "PA_h3TnR8wYc5Pb", long createdAt = 1789368359, Action<JsonObject>? change = null)
    {
        var participant = Participant(connection, "DISCONNECTED");
        participant["disconnectReason"] = "CLIENT_INITIATED";
        return Event("participant_left", createdAt, sid, participant, change);
    }

    /// <param name="change">What this event has otherwise.</param>
    public static string Event(string name, long createdAt, string sid, JsonObject? participant, Action<JsonObject>? change = null)
    {
        var body = new JsonObject
        {
            ["event"] = name,
            ["room"] = new JsonObject
            {
                ["sid"] = sid,
                ["name"] = RoomName,
                ["emptyTimeout"] = 300,
                ["creationTime"] = "1789365600",
                ["turnPassword"] = "the-turn-password",
                ["metadata"] = "{\"lessonId\":\"L-100\"}",
                ["departureTimeout"] = 20,
                ["creationTimeMs"] = "1789365600123",
            },
        };
        if (participant is not null) body["participant"] = participant;
        body["id"] = Sid("EV");
        body["createdAt"] = createdAt.ToString(CultureInfo.InvariantCulture);
        change?.Invoke(body);
        return body.ToJsonString(AsLiveKitDoes);
    }

    public static JsonObject Participant(string connection, string state) => new()
    {
        ["sid"] = connection,
        ["identity"] = Identity,
        ["state"] = state,
        ["metadata"] = "{\"name\":\"Анна Ёлкина\",\"role\":\"student\",\"user_id\":\"somebody-else\"}",
        ["joinedAt"] = "1789365671",
        ["name"] = "Анна Ёлкина",
        ["version"] = 3,
        ["permission"] = new JsonObject { ["canSubscribe"] = true, ["canPublish"] = true, ["canPublishData"] = true },
        ["joinedAtMs"] = "1789365671456",
    };

    public static string Hash(string body) => Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(body)));

    public static JsonObject Claims(string body, DateTimeOffset at, string keyId = KeyId) => new()
    {
        ["iss"] = keyId,
        ["exp"] = at.AddMinutes(5).ToUnixTimeSeconds(),
        ["nbf"] = at.ToUnixTimeSeconds(),
        ["iat"] = at.ToUnixTimeSeconds(),
        ["sha256"] = Hash(body),
    };

    /// <summary>As LiveKit's server signs it.</summary>
    public static string Token(string body, DateTimeOffset at, string keyId = KeyId, string secret = Secret) => Sign(Claims(body, at, keyId).ToJsonString(AsLiveKitDoes), secret);

    public static string Sign(string claims, string secret = Secret, string header = """{"alg":"HS256","typ":"JWT"}""") =>
        SignText($"{Encode(Encoding.UTF8.GetBytes(header))}.{Encode(Encoding.UTF8.GetBytes(claims))}", secret);

    /// <summary>Whatever the text is.</summary>
    public static string SignText(string text, string secret = Secret) =>
        $"{text}.{Encode(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), Encoding.ASCII.GetBytes(text)))}";

    /// <summary>A request as LiveKit sends it.</summary>
    public static HttpRequestMessage Request(string body, string token, string mediaType = "application/webhook+json")
    {
        var request = new HttpRequestMessage(HttpMethod.Post, new Uri("/webhooks/livekit", UriKind.Relative))
        {
            Content = new ByteArrayContent(Encoding.UTF8.GetBytes(body)) { Headers = { ContentType = new MediaTypeHeaderValue(mediaType) } },
        };
        request.Headers.TryAddWithoutValidation("Authorization", token);
        return request;
    }

    private static string Encode(byte[] bytes) => System.Buffers.Text.Base64Url.EncodeToString(bytes);
}

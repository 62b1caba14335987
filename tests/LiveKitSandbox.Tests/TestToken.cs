using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Meetings.LiveKitSandbox.Tests;

/// <summary>Tokens as their signers make them, written here a second time: what the sandbox accepts is not to be measured by itself.</summary>
internal static class TestToken
{
    public static string Of(
        TimeProvider clock, string? identity = null, object? video = null, string? name = null, string? metadata = null,
        Action<JsonObject>? change = null, string secret = SandboxServer.Secret, string algorithm = "HS256")
    {
        var now = clock.GetUtcNow().ToUnixTimeSeconds();
        var claims = new JsonObject { ["iss"] = SandboxServer.Key, ["nbf"] = now, ["exp"] = now + 600 };
        if (identity is not null) claims["sub"] = identity;
        if (video is not null) claims["video"] = JsonSerializer.SerializeToNode(video);
        if (name is not null) claims["name"] = name;
        if (metadata is not null) claims["metadata"] = metadata;
        change?.Invoke(claims);
        return Sign(claims, secret, algorithm);
    }

    public static string Sign(JsonObject claims, string secret, string algorithm = "HS256")
    {
        var signed = $"{Part(new JsonObject { ["alg"] = algorithm })}.{Part(claims)}";
        var (key, bytes) = (Encoding.UTF8.GetBytes(secret), Encoding.ASCII.GetBytes(signed));
        var signature = algorithm switch
        {
            "HS256" => HMACSHA256.HashData(key, bytes),
            "HS512" => HMACSHA512.HashData(key, bytes),
            _ => [],
        };
        return $"{signed}.{Base64Url.EncodeToString(signature)}";
    }

    /// <summary>The claims of a token whose signature is right.</summary>
    public static JsonNode? Open(string token, string secret)
    {
        var parts = token.Split('.');
        var expected = HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), Encoding.ASCII.GetBytes($"{parts[0]}.{parts[1]}"));
        return Base64Url.EncodeToString(expected) == parts[2] ? JsonNode.Parse(Base64Url.DecodeFromChars(parts[1])) : null;
    }

    private static string Part(JsonObject json) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(json.ToJsonString()));
}

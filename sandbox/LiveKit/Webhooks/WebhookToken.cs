using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Meetings.LiveKitSandbox.Webhooks;

/// <summary>The token beside a webhook: signed by an API key, good for five minutes, bound to the body by its hash.</summary>
internal static class WebhookToken
{
    private static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(5);

    public static string Of(string keyId, string secret, byte[] body, DateTimeOffset now)
    {
        var issued = now.ToUnixTimeSeconds();
        var claims = JsonSerializer.SerializeToUtf8Bytes(new
        {
            iss = keyId,
            exp = issued + (long)Lifetime.TotalSeconds,
            nbf = issued,
            iat = issued,
            sha256 = Convert.ToBase64String(SHA256.HashData(body)),
        });
        var signed = $"{Base64Url.EncodeToString("""{"alg":"HS256","typ":"JWT"}"""u8)}.{Base64Url.EncodeToString(claims)}";
        return $"{signed}.{Base64Url.EncodeToString(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), Encoding.ASCII.GetBytes(signed)))}";
    }
}

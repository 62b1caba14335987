using System.Security.Cryptography;
using System.Text;

namespace Meetings.ZoomSandbox.Webhooks;

/// <summary>Zoom's signatures, both with the app's Secret Token.</summary>
internal static class WebhookSignature
{
    /// <summary>The value of x-zm-signature, over the body's bytes as they are sent.</summary>
    public static string Of(string secret, string timestamp, ReadOnlySpan<byte> body)
    {
        byte[] message = [.. Encoding.UTF8.GetBytes($"v0:{timestamp}:"), .. body];
        return $"v0={Hash(secret, message)}";
    }

    /// <summary>What an endpoint must answer to a plain token.</summary>
    public static string EncryptedToken(string secret, string plainToken) => Hash(secret, Encoding.UTF8.GetBytes(plainToken));

    private static string Hash(string secret, byte[] message) => Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), message));
}

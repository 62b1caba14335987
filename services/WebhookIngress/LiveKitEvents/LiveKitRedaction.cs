using System.Text.Json;
using Meetings.WebhookIngress.Reading;

namespace Meetings.WebhookIngress.LiveKitEvents;

/// <summary>
/// What of LiveKit's events is not kept: the room's TURN password, keys of streams and of stores, addresses that carry such keys, and telephone numbers.
/// </summary>
internal static class LiveKitRedaction
{
    private static readonly PrivateProperty Private = IsPrivate;

    public static void Apply(Span<byte> body) => Blanking.Apply(body, Private);

    private static bool IsPrivate(ref Utf8JsonReader name) =>
        name.ValueTextEquals("turnPassword"u8) || name.ValueTextEquals("turn_password"u8)
        || name.ValueTextEquals("streamKey"u8) || name.ValueTextEquals("stream_key"u8) || name.ValueTextEquals("url"u8)
        || name.ValueTextEquals("secret"u8) || name.ValueTextEquals("password"u8) || name.ValueTextEquals("credentials"u8)
        || name.ValueTextEquals("accessKey"u8) || name.ValueTextEquals("access_key"u8)
        || name.ValueTextEquals("accountKey"u8) || name.ValueTextEquals("account_key"u8)
        || name.ValueTextEquals("sessionToken"u8) || name.ValueTextEquals("session_token"u8)
        || name.ValueTextEquals("assumeRoleExternalId"u8) || name.ValueTextEquals("assume_role_external_id"u8)
        || name.ValueTextEquals("sip.phoneNumber"u8) || name.ValueTextEquals("sip.trunkPhoneNumber"u8);
}

using System.Text.Json;
using Meetings.WebhookIngress.Reading;

namespace Meetings.WebhookIngress.ZoomEvents;

/// <summary>
/// What of Zoom's events is not kept. Nothing here tells one event from another, and links and tokens differ between repeats of one
/// (recording.completed), so this comes before the dedupe key.
/// </summary>
internal static class ZoomRedaction
{
    private static readonly PrivateProperty Private = IsPrivate;

    public static void Apply(Span<byte> body) => Blanking.Apply(body, Private);

    private static bool IsPrivate(ref Utf8JsonReader name) =>
        name.ValueTextEquals("public_ip"u8) || name.ValueTextEquals("private_ip"u8) || name.ValueTextEquals("ip_address"u8)
        || name.ValueTextEquals("download_token"u8) || name.ValueTextEquals("download_url"u8) || name.ValueTextEquals("play_url"u8)
        || name.ValueTextEquals("share_url"u8) || name.ValueTextEquals("start_url"u8) || name.ValueTextEquals("join_url"u8)
        || name.ValueTextEquals("password"u8) || name.ValueTextEquals("recording_play_passcode"u8) || name.ValueTextEquals("participant_pin_code"u8);
}

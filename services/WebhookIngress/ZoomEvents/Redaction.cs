using System.Text.Json;

namespace Meetings.WebhookIngress.ZoomEvents;

/// <summary>
/// Blanks what we have no right or no reason to keep: addresses of people, and credentials. Blanked in place, value by value, so that the body
/// stays what Zoom sent in every other byte and can be read again, after a fix, as if it had just arrived. Nothing here tells one event from
/// another, and links and tokens differ between repeats of one (recording.completed), so this comes before the dedupe key.
/// </summary>
internal static class Redaction
{
    public static void Apply(Span<byte> body)
    {
        try
        {
            var reader = new Utf8JsonReader(body, new JsonReaderOptions { MaxDepth = ZoomReading.MaxDepth });
            while (reader.Read())
            {
                if (reader.TokenType != JsonTokenType.PropertyName || !IsPrivate(ref reader)) continue;
                if (reader.Read()) Blank(body, ref reader);
            }
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // Not JSON from here on. It is quarantined as it is: where its values begin and end nobody can say.
        }
    }

    private static void Blank(Span<byte> body, ref Utf8JsonReader reader)
    {
        var start = (int)reader.TokenStartIndex;
        if (reader.TokenType == JsonTokenType.String)
        {
            body.Slice(start + 1, reader.ValueSpan.Length).Fill((byte)' ');
        }
        else if (reader.TokenType == JsonTokenType.Number)
        {
            var number = body.Slice(start, reader.ValueSpan.Length);
            number.Fill((byte)' ');
            number[0] = (byte)'0';
        }
    }

    private static bool IsPrivate(ref Utf8JsonReader name) =>
        name.ValueTextEquals("public_ip"u8) || name.ValueTextEquals("private_ip"u8) || name.ValueTextEquals("ip_address"u8)
        || name.ValueTextEquals("download_token"u8) || name.ValueTextEquals("download_url"u8) || name.ValueTextEquals("play_url"u8)
        || name.ValueTextEquals("share_url"u8) || name.ValueTextEquals("start_url"u8) || name.ValueTextEquals("join_url"u8)
        || name.ValueTextEquals("password"u8) || name.ValueTextEquals("recording_play_passcode"u8) || name.ValueTextEquals("participant_pin_code"u8);
}

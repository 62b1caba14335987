using System.Text.Json;

namespace Meetings.WebhookIngress.Reading;

/// <summary>Whether the property at which the reader stands holds something that we do not keep.</summary>
internal delegate bool PrivateProperty(ref Utf8JsonReader name);

/// <summary>
/// Blanks what we have no right or no reason to keep: addresses of people, and credentials. Blanked in place, value by value, so that the body
/// stays what the provider sent in every other byte and can be read again, after a fix, as if it had just arrived.
/// </summary>
internal static class Blanking
{
    public static void Apply(Span<byte> body, PrivateProperty isPrivate)
    {
        try
        {
            var reader = new Utf8JsonReader(body, new JsonReaderOptions { MaxDepth = EventDocument.MaxDepth });
            while (reader.Read())
            {
                if (reader.TokenType != JsonTokenType.PropertyName || !isPrivate(ref reader)) continue;
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
}

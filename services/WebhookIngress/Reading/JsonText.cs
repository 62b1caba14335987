using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;

namespace Meetings.WebhookIngress.Reading;

/// <summary>
/// Text as providers really send it. Empty becomes null: Zoom says "" where it knows nothing. What PostgreSQL and JSON cannot hold (NUL, half a
/// surrogate pair, bytes that are not UTF-8) becomes U+FFFD; the stored body still has it.
/// </summary>
internal static class JsonText
{
    private const int LongestId = 255;
    private const int LongestEmail = 320;
    private const int LongestLabel = 1024;

    /// <summary>An identifier, a string or a number. One that is longer than any real one identifies nobody, and cut it might identify somebody else.</summary>
    public static string? Id(JsonElement parent, ReadOnlySpan<byte> name) => Read(parent, name) is { Length: <= LongestId } id ? id : null;

    /// <summary>Trimmed, otherwise as given; whether it means anybody is not decided here.</summary>
    public static string? Email(JsonElement parent, ReadOnlySpan<byte> name) => Read(parent, name) is { Length: <= LongestEmail } email ? email : null;

    /// <summary>Free text for people to read, cut where it is longer than anyone reads.</summary>
    public static string? Label(JsonElement parent, ReadOnlySpan<byte> name)
    {
        var label = Read(parent, name);
        if (label is null || label.Length <= LongestLabel) return label;
        return label[..(char.IsHighSurrogate(label[LongestLabel - 1]) ? LongestLabel - 1 : LongestLabel)];
    }

    public static string? Read(JsonElement parent, ReadOnlySpan<byte> name)
    {
        if (!parent.TryGetProperty(name, out var value)) return null;
        var text = value.ValueKind switch
        {
            JsonValueKind.String => Clean(String(value)).Trim(),
            // As written: a meeting number need not fit a long, let alone a double.
            JsonValueKind.Number => value.GetRawText(),
            _ => null,
        };
        return string.IsNullOrEmpty(text) ? null : text;
    }

    private static string String(JsonElement value)
    {
        try
        {
            return value.GetString()!;
        }
        catch (InvalidOperationException)
        {
            // Well-formed JSON, but not text: the framework refuses it, and we take what is legible.
            return Unescape(Encoding.UTF8.GetString(JsonMarshal.GetRawUtf8Value(value)[1..^1]));
        }
    }

    private static string Clean(string text)
    {
        if (!text.Contains('\0') && !text.AsSpan().ContainsAnyInRange('\uD800', '\uDFFF')) return text;

        var clean = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes()) clean.Append((rune.Value == 0 ? Rune.ReplacementChar : rune).ToString());
        return clean.ToString();
    }

    /// <summary>JSON's escapes, of which the parser has checked that they are well-formed.</summary>
    private static string Unescape(string raw)
    {
        var text = new StringBuilder(raw.Length);
        for (var i = 0; i < raw.Length; i++)
        {
            if (raw[i] != '\\')
            {
                text.Append(raw[i]);
                continue;
            }

            i++;
            if (raw[i] == 'u')
            {
                text.Append((char)Convert.ToUInt16(raw.Substring(i + 1, 4), 16));
                i += 4;
            }
            else
            {
                text.Append(raw[i] switch { 'n' => '\n', 'r' => '\r', 't' => '\t', 'b' => '\b', 'f' => '\f', var same => same });
            }
        }

        return text.ToString();
    }
}

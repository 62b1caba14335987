using System.Collections;
using System.Globalization;
using System.Text;
using Google.Protobuf;
using Google.Protobuf.Collections;
using Google.Protobuf.Reflection;

namespace Meetings.LiveKitSandbox;

/// <summary>
/// Writes messages as JSON the way LiveKit's server does. It prints a space after each comma, as some of its builds do: a receiver that hashes a body
/// which it has parsed and written again would pass without it, and fail with the next build.
/// </summary>
internal static class ProtoJson
{
    /// <summary>Answers of the API: names as in the .proto file, every field, also those that have no value.</summary>
    public static byte[] Answer(IMessage message) => Write(message, everything: true);

    /// <summary>Bodies of webhooks: camelCase, and nothing that has its default.</summary>
    public static byte[] Webhook(IMessage message) => Write(message, everything: false);

    private static byte[] Write(IMessage message, bool everything)
    {
        var json = new StringBuilder();
        Message(json, message, everything);
        return Encoding.UTF8.GetBytes(json.ToString());
    }

    private static void Message(StringBuilder json, IMessage message, bool everything)
    {
        json.Append('{');
        var first = true;
        foreach (var field in message.Descriptor.Fields.InDeclarationOrder())
        {
            var value = field.Accessor.GetValue(message);
            if (everything ? IsUnsetOptional(field, message) : IsDefault(field, message, value)) continue;

            Separate(json, ref first);
            Text(json, everything ? field.Name : field.JsonName);
            json.Append(':');
            Field(json, field, value, everything);
        }

        json.Append('}');
    }

    /// <summary>The one kind of field that is left out of everything; an unset message is null.</summary>
    private static bool IsUnsetOptional(FieldDescriptor field, IMessage message) =>
        field.HasPresence && field.FieldType != FieldType.Message && !field.Accessor.HasValue(message);

    private static bool IsDefault(FieldDescriptor field, IMessage message, object? value) => field switch
    {
        { IsMap: true } or { IsRepeated: true } => value is ICollection { Count: 0 },
        { HasPresence: true } => !field.Accessor.HasValue(message),
        _ => value switch
        {
            string text => text.Length == 0,
            ByteString bytes => bytes.IsEmpty,
            _ => Convert.ToInt64(value, CultureInfo.InvariantCulture) == 0,
        },
    };

    private static void Field(StringBuilder json, FieldDescriptor field, object? value, bool everything)
    {
        var first = true;
        if (field.IsMap)
        {
            // Those that there are have text for text.
            json.Append('{');
            foreach (var (key, text) in ((MapField<string, string>)value!).OrderBy(entry => entry.Key, StringComparer.Ordinal))
            {
                Separate(json, ref first);
                Text(json, key);
                json.Append(':');
                Text(json, text);
            }

            json.Append('}');
        }
        else if (field.IsRepeated)
        {
            json.Append('[');
            foreach (var item in (IEnumerable)value!)
            {
                Separate(json, ref first);
                Value(json, field, item, everything);
            }

            json.Append(']');
        }
        else
        {
            Value(json, field, value, everything);
        }
    }

    private static void Value(StringBuilder json, FieldDescriptor field, object? value, bool everything)
    {
        switch (field.FieldType)
        {
            case FieldType.Message when value is null: json.Append("null"); break;
            case FieldType.Message: Message(json, (IMessage)value, everything); break;
            case FieldType.String: Text(json, (string)value!); break;
            case FieldType.Bytes: Text(json, ((ByteString)value!).ToBase64()); break;
            case FieldType.Bool: json.Append((bool)value! ? "true" : "false"); break;
            case FieldType.Enum: Enumerated(json, field.EnumType, (int)value!); break;

            // Numbers of 64 bits do not fit into JavaScript's.
            case FieldType.Int64: Text(json, ((long)value!).ToString(CultureInfo.InvariantCulture)); break;
            default: json.Append(CultureInfo.InvariantCulture, $"{value}"); break;
        }
    }

    private static void Enumerated(StringBuilder json, EnumDescriptor type, int number)
    {
        if (type.FindValueByNumber(number) is { } known) Text(json, known.Name);
        else json.Append(CultureInfo.InvariantCulture, $"{number}");
    }

    private static void Separate(StringBuilder json, ref bool first)
    {
        if (!first) json.Append(", ");
        first = false;
    }

    /// <summary>Escapes what JSON must have escaped and nothing else: letters of every script stay as they are.</summary>
    private static void Text(StringBuilder json, string text)
    {
        json.Append('"');
        foreach (var c in text)
        {
            _ = c switch
            {
                '"' or '\\' => json.Append('\\').Append(c),
                '\b' => json.Append("\\b"),
                '\f' => json.Append("\\f"),
                '\n' => json.Append("\\n"),
                '\r' => json.Append("\\r"),
                '\t' => json.Append("\\t"),
                < ' ' => json.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}"),
                _ => json.Append(c),
            };
        }

        json.Append('"');
    }
}

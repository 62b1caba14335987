using System.Buffers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Meetings.Meeting.Providers.Zoom;

/// <summary>Text that Zoom writes now as a string and now as a number. The digits are taken as they stand, never through a double.</summary>
[JsonConverter(typeof(Converter))]
internal sealed record ZoomText(string Value)
{
    public override string ToString() => Value;

    private sealed class Converter : JsonConverter<ZoomText>
    {
        public override ZoomText? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => reader.TokenType switch
        {
            JsonTokenType.String => new ZoomText(reader.GetString()!),
            JsonTokenType.Number => new ZoomText(Encoding.ASCII.GetString(reader.HasValueSequence ? reader.ValueSequence.ToArray() : reader.ValueSpan.ToArray())),
            _ => throw new JsonException("Neither a string nor a number."),
        };

        public override void Write(Utf8JsonWriter writer, ZoomText value, JsonSerializerOptions options) => writer.WriteStringValue(value.Value);
    }
}

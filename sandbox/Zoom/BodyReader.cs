using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Meetings.ZoomSandbox;

/// <summary>Reads the fields of a request body and collects what is wrong with them, in Zoom's words.</summary>
internal sealed class BodyReader(JsonObject body)
{
    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false };

    private readonly List<FieldError> _errors = [];

    public ZoomError? Error => _errors.Count == 0 ? null : ZoomError.Validation(_errors);

    public static async Task<JsonObject?> ReadAsync(HttpRequest request, CancellationToken ct)
    {
        try
        {
            return await JsonNode.ParseAsync(request.Body, documentOptions: Strict, cancellationToken: ct) as JsonObject;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    public bool Has(string field) => body.ContainsKey(field) && body[field] is not null;

    public void Refuse(string field, string message = "Invalid field.") => _errors.Add(new(field, message));

    public JsonObject? Object(string field) => Typed<JsonObject>(field);

    public JsonArray? Array(string field) => Typed<JsonArray>(field);

    public string? Text(string field, int maxLength, bool required = false)
    {
        if (!Has(field))
        {
            if (required) Refuse(field, "Required field.");
            return null;
        }

        if (body[field] is JsonValue value && value.TryGetValue<string>(out var text))
        {
            if (text.Length <= maxLength && (text.Length > 0 || !required)) return text;
            Refuse(field, text.Length == 0 ? "Required field." : $"The length of {field} can not exceed {maxLength}.");
            return null;
        }

        Refuse(field);
        return null;
    }

    public int? Whole(string field, Func<int, bool>? allowed = null)
    {
        if (!Has(field)) return null;
        if (body[field] is JsonValue value && value.TryGetValue<int>(out var number) && (allowed is null || allowed(number))) return number;

        Refuse(field);
        return null;
    }

    public bool? Flag(string field)
    {
        if (!Has(field)) return null;
        if (body[field] is JsonValue value && value.TryGetValue<bool>(out var flag)) return flag;

        Refuse(field);
        return null;
    }

    /// <summary>An instant: with Z it is UTC, without it is local time in the zone.</summary>
    public DateTimeOffset? Instant(string field, TimeZoneInfo zone)
    {
        if (Text(field, 64) is not { Length: > 0 } text) return null;
        if (DateTime.TryParseExact(text, "yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture, DateTimeStyles.None, out var utc))
        {
            return new DateTimeOffset(utc, TimeSpan.Zero);
        }

        if (DateTime.TryParseExact(text, "yyyy-MM-dd'T'HH:mm:ss", CultureInfo.InvariantCulture, DateTimeStyles.None, out var local))
        {
            return new DateTimeOffset(local, zone.GetUtcOffset(local)).ToUniversalTime();
        }

        Refuse(field);
        return null;
    }

    public TimeZoneInfo? Zone(string field)
    {
        if (Text(field, 64) is not { Length: > 0 } id) return null;
        if (TimeZoneInfo.TryFindSystemTimeZoneById(id, out var zone)) return zone;

        Refuse(field);
        return null;
    }

    private T? Typed<T>(string field) where T : JsonNode
    {
        if (!Has(field)) return null;
        if (body[field] is T node) return node;

        Refuse(field);
        return null;
    }
}

using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Meetings.Meeting.Scheduling;

/// <summary>Reads the fields of a JSON object one by one, and gathers what is wrong with any of them, so that all is told at once.</summary>
internal sealed partial class FieldReader(JsonElement body, string prefix = "")
{
    private readonly Dictionary<string, List<string>> _errors = [];

    /// <summary>Field → what is wrong with it. Empty when all is well.</summary>
    public IDictionary<string, string[]> Errors => _errors.ToDictionary(error => error.Key, error => error.Value.ToArray());

    public void Refuse(string field, string error)
    {
        if (!_errors.TryGetValue(prefix + field, out var errors)) _errors.Add(prefix + field, errors = []);
        errors.Add(error);
    }

    /// <summary>Whether the body mentions it, be it as null.</summary>
    public bool Has(string field) => body.TryGetProperty(field, out _);

    /// <summary>Whether the body says something of it other than null.</summary>
    public bool Given(string field) => TryGet(field, out _);

    public bool Refused(string field) => _errors.ContainsKey(prefix + field);

    /// <summary>Text without the white space around it. Null when missing, or refused.</summary>
    /// <param name="field">The field's name.</param>
    /// <param name="max">Most UTF-16 units.</param>
    /// <param name="required">Whether it must be there and not be empty.</param>
    /// <param name="lines">Whether it may have several lines.</param>
    public string? Text(string field, int max, bool required = false, bool lines = false)
    {
        var text = Raw(field, max, required)?.Trim();
        if (text is null) return null;
        if (text.Any(c => char.IsControl(c) && !(lines && c is '\n' or '\r' or '\t')))
        {
            Refuse(field, "Must not contain control characters.");
            return null;
        }

        if (text.Length > 0) return text;
        if (required) Refuse(field, "Must not be empty.");
        return null;
    }

    /// <summary>Text exactly as it is. Null when missing, or refused.</summary>
    public string? Raw(string field, int max, bool required = false)
    {
        if (!TryGet(field, out var value))
        {
            if (required) Refuse(field, "Is required.");
            return null;
        }

        if (value.ValueKind is not JsonValueKind.String || Read(value) is not { } text)
        {
            Refuse(field, "Must be text.");
            return null;
        }

        if (text.Length <= max) return text;
        Refuse(field, $"Must not be longer than {max} characters.");
        return null;
    }

    public int? Whole(string field, int min, int max, bool required = false)
    {
        if (!TryGet(field, out var value))
        {
            if (required) Refuse(field, "Is required.");
            return null;
        }

        if (value.ValueKind is JsonValueKind.Number && value.TryGetInt32(out var number) && number >= min && number <= max) return number;
        Refuse(field, $"Must be a whole number from {min} to {max}.");
        return null;
    }

    public bool? Flag(string field)
    {
        if (!TryGet(field, out var value)) return null;
        if (value.ValueKind is JsonValueKind.True or JsonValueKind.False) return value.GetBoolean();
        Refuse(field, "Must be true or false.");
        return null;
    }

    /// <summary>An RFC 3339 instant. Without an offset it would be a time of day somewhere, and no instant.</summary>
    public DateTimeOffset? Instant(string field, DateTimeOffset min, DateTimeOffset max, bool required = false)
    {
        if (Text(field, max: 40, required) is not { } text) return null;
        if (!Rfc3339().IsMatch(text) || !DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.None, out var instant))
        {
            Refuse(field, "Must be an RFC 3339 instant with an offset, such as 2026-09-14T06:00:00Z.");
            return null;
        }

        if (instant >= min && instant < max) return instant.ToUniversalTime();
        Refuse(field, $"Must lie between {min:yyyy-MM-dd} and {max:yyyy-MM-dd}.");
        return null;
    }

    public Guid? Id(string field)
    {
        if (Text(field, max: 40) is not { } text) return null;
        if (Guid.TryParseExact(text, "D", out var id)) return id;
        Refuse(field, "Must be a UUID.");
        return null;
    }

    /// <summary>UUIDs, each once. Null when missing, or refused.</summary>
    public IReadOnlyList<Guid>? Ids(string field, int max)
    {
        if (!TryGet(field, out var value)) return null;
        if (value.ValueKind is JsonValueKind.Array && value.GetArrayLength() <= max
            && value.EnumerateArray().Select(one => one.ValueKind is JsonValueKind.String && Guid.TryParseExact(Read(one), "D", out var id) ? id : (Guid?)null)
                .ToList() is var ids && !ids.Contains(null)) return [.. ids.OfType<Guid>().Distinct()];
        Refuse(field, $"Must be a list of at most {max} UUIDs.");
        return null;
    }

    /// <summary>Words of a vocabulary, each once. Null when missing, or refused.</summary>
    public IReadOnlyList<T>? Words<T>(string field, IReadOnlyDictionary<string, T> words)
    {
        if (!TryGet(field, out var value)) return null;
        if (value.ValueKind is JsonValueKind.Array && value.EnumerateArray().Take(words.Count + 1).Select(one =>
                one.ValueKind is JsonValueKind.String && Read(one) is { } word && words.ContainsKey(word) ? word : null).ToList() is var read
            && read.Count <= words.Count && !read.Contains(null)) return [.. read.OfType<string>().Distinct().Select(word => words[word])];
        Refuse(field, $"Must be a list of {string.Join(", ", words.Keys)}.");
        return null;
    }

    /// <summary>ISO 8601 dates in order, each once. Null when missing, or refused.</summary>
    public IReadOnlyList<DateOnly>? Dates(string field, int max)
    {
        if (!TryGet(field, out var value)) return null;
        if (value.ValueKind is JsonValueKind.Array && value.GetArrayLength() <= max
            && value.EnumerateArray().Select(one =>
                one.ValueKind is JsonValueKind.String
                && DateOnly.TryParseExact(Read(one), "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) ? day : (DateOnly?)null)
                .ToList() is var days && !days.Contains(null)) return [.. days.OfType<DateOnly>().Distinct().Order()];
        Refuse(field, $"Must be a list of at most {max} dates such as 2026-12-25.");
        return null;
    }

    /// <summary>One of <paramref name="words"/>. Null when missing, or refused.</summary>
    public string? OneOf(string field, IReadOnlyCollection<string> words, bool required = false)
    {
        if (Text(field, max: 100, required) is not { } text) return null;
        if (words.Contains(text)) return text;
        Refuse(field, $"Must be one of {string.Join(", ", words)}.");
        return null;
    }

    /// <summary>An object, to be read by a reader of its own whose errors are gathered here.</summary>
    public T? Object<T>(string field, Func<FieldReader, T?> read)
        where T : class
    {
        if (!TryGet(field, out var value)) return null;
        if (value.ValueKind is not JsonValueKind.Object)
        {
            Refuse(field, "Must be an object.");
            return null;
        }

        var inner = new FieldReader(value, $"{prefix}{field}.");
        var result = read(inner);
        foreach (var (name, errors) in inner._errors) _errors[name] = errors;
        return result;
    }

    private bool TryGet(string field, out JsonElement value) =>
        body.TryGetProperty(field, out value) && value.ValueKind is not (JsonValueKind.Null or JsonValueKind.Undefined);

    private static string? Read(JsonElement value)
    {
        try
        {
            return value.GetString();
        }
        catch (InvalidOperationException)
        {
            // Half of a surrogate pair: JSON allows to write it, but it is no text.
            return null;
        }
    }

    [GeneratedRegex(@"\A\d{4}-\d{2}-\d{2}[Tt]\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?([Zz]|[+-]\d{2}:\d{2})\z")]
    private static partial Regex Rfc3339();
}

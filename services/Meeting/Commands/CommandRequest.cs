using System.Security.Cryptography;
using System.Text.Json;
using Meetings.Meeting.Scheduling;
using Meetings.ServiceDefaults.Http;

namespace Meetings.Meeting.Commands;

/// <summary>A command as a host sent it, checked.</summary>
internal sealed record CommandRequest(string Kind, string? Text, Guid? Subject, IReadOnlyList<Guid>? Targets, bool Critical)
{
    private const int MaxText = 1000;
    private const int MaxTargets = 200;

    /// <summary>What makes two requests the same.</summary>
    public byte[] Fingerprint() => SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(this, ApiJson.Options));

    /// <returns>Null when something is wrong with it; then <paramref name="errors"/> says all that is.</returns>
    public static CommandRequest? Read(JsonElement body, out IDictionary<string, string[]> errors)
    {
        if (body.ValueKind is not JsonValueKind.Object)
        {
            errors = new Dictionary<string, string[]> { ["body"] = ["Must be an object."] };
            return null;
        }

        var fields = new FieldReader(body);
        var word = fields.OneOf("kind", [.. CommandKinds.All.Keys], required: true);
        var shape = word is null ? (CommandShape?)null : CommandKinds.All[word].Shape;
        var text = ReadText(fields, shape);
        var subject = fields.Id("subject");
        var targets = ReadTargets(fields, body);
        var critical = fields.Flag("critical");

        if (shape is not null)
        {
            if (shape is CommandShape.AboutOne && subject is null && !fields.Errors.ContainsKey("subject")) fields.Refuse("subject", "Is required.");
            if (shape is not CommandShape.AboutOne && subject is not null) fields.Refuse("subject", $"A command of the kind {word} is about nobody.");
            if (shape is CommandShape.ForSome && targets is null && !fields.Errors.ContainsKey("targets")) fields.Refuse("targets", "Is required.");
            if (shape is CommandShape.ForAll or CommandShape.AboutOne && targets is not null) fields.Refuse("targets", $"A command of the kind {word} is for everyone.");
        }

        errors = fields.Errors;
        return errors.Count > 0 ? null : new CommandRequest(word!, text, subject, targets, CommandKinds.All[word!].Critical || critical is true);
    }

    private static string? ReadText(FieldReader fields, CommandShape? shape)
    {
        var text = fields.Text("text", MaxText, required: shape is CommandShape.Text, lines: true);
        if (text is not null && shape is not (null or CommandShape.Text)) fields.Refuse("text", "Only an announcement has a text.");
        return text;
    }

    private static IReadOnlyList<Guid>? ReadTargets(FieldReader fields, JsonElement body)
    {
        if (!body.TryGetProperty("targets", out var value) || value.ValueKind is JsonValueKind.Null) return null;
        if (value.ValueKind is JsonValueKind.Array && value.GetArrayLength() is >= 1 and <= MaxTargets)
        {
            var ids = value.EnumerateArray().Select(item => item.ValueKind is JsonValueKind.String && item.TryGetGuid(out var id) ? id : (Guid?)null).ToList();
            if (!ids.Contains(null)) return [.. ids.OfType<Guid>().Distinct().Order()];
        }

        fields.Refuse("targets", $"Must be 1 to {MaxTargets} UUIDs of people; everyone when missing.");
        return null;
    }
}

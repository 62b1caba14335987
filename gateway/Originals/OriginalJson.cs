using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Meetings.ServiceDefaults.Http;

namespace Meetings.Gateway.Originals;

/// <summary>JSON as the original clients speak it.</summary>
internal static class OriginalJson
{
    /// <summary>snake_case, with names in their own script.</summary>
    public static JsonSerializerOptions Options { get; } = Create();

    // What a service leaves out it has not said: nothing of it is made up here.
    private static readonly JsonSerializerOptions Strict = new(ApiJson.Options) { RespectRequiredConstructorParameters = true };

    /// <exception cref="JsonException">The service's answer is not what it should be.</exception>
    public static T Read<T>(JsonElement? answer) =>
        (answer ?? throw new JsonException("The service answered without a body.")).Deserialize<T>(Strict)
        ?? throw new JsonException("The service answered null.");

    /// <summary>Puts beside the members of a problem those that the original clients look at.</summary>
    public static void Extend(IDictionary<string, object?> members, string? title, string? detail)
    {
        members.TryAdd("success", false);
        members.TryAdd("error", title);
        members.TryAdd("message", detail ?? title);
    }

    /// <summary>The same for a problem that a service has written.</summary>
    public static JsonObject Extend(JsonObject problem)
    {
        var members = new Dictionary<string, object?>();
        Extend(members, problem["title"]?.ToString(), problem["detail"]?.ToString());
        foreach (var (name, value) in members) problem[name] = JsonValue.Create(value);
        return problem;
    }

    private static JsonSerializerOptions Create()
    {
        var options = new JsonSerializerOptions();
        ApiJson.Configure(options);
        options.PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower;
        options.DefaultIgnoreCondition = JsonIgnoreCondition.Never;
        options.Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping;
        options.MakeReadOnly(populateMissingResolver: true);
        return options;
    }
}

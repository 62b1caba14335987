using System.Collections;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Meetings.ServiceDefaults.Http;

namespace Meetings.ServiceDefaults.OpenApi;

/// <summary>Examples of what the API sends and gets: made from the types themselves, so that none has a field that is not there, with values such as a school has.</summary>
internal static class Samples
{
    private const int Deepest = 8;

    // By name, and where there are several of a name by the type that has it.
    private static readonly Dictionary<string, JsonNode?> Words = JsonNode.Parse("""
        {
          "provider": "livekit", "providerMeetingId": "demo-class-session-42", "roomId": "algebra-7b", "roomName": "demo-class-session-42", "roomSid": "RM_8kQ2vTz1xYbA", "type": "scheduled",
          "title": "Algebra 7B", "description": "Linear equations", "hostName": "Ms Reyes", "audience": "class", "timeZone": "Asia/Manila", "state": "ready", "providerState": "current",
          "joinUrl": "https://school.example/m/algebra-7b", "registrationUrl": "https://zoom.us/meeting/register/tZ0q", "name": "Ana Cruz", "email": "ana@school.example", "displayName": "Ana",
          "zoom": "scheduled", "academy": "READY", "room": "idle", "admitters": "hosts", "onHostLeave": "keep", "guardians": "join", "status": "admitted", "role": "participant",
          "accessToken": "eyJhbGciOiJIUzI1NiJ9…", "serverUrl": "wss://rooms.school.example", "identity": "0198c0de-0000-7000-8000-000000000007_ana-cruz", "kind": "announce", "topic": "session_announcements",
          "text": "We begin in two minutes.", "rule": "FREQ=WEEKLY;BYDAY=MO,WE;COUNT=20", "slug": "demo", "explanation": "joined 07:12, grace until 07:15, 41 of 48 min = 85.4 % → present", "source": "webhook",
          "policy": "academy-80-30 v1", "machineStatus": "present", "code": "meeting-not-found", "outcome": "created", "event": "meeting.participant_joined", "accountId": "kQ7mT2pLRw-9sVnXy3BdEg", "note": "The meeting has not been finalised.",
          "queue": "attendance-sitting-events", "reason": "unknown event", "what": "joined", "password": "tangerine-42", "recordedBy": "webhook", "attendancePolicy": "deped-15", "exception": "NpgsqlException", "message": "…"
        }
        """)!.AsObject().ToDictionary(word => word.Key, word => word.Value);

    private static readonly Dictionary<string, int> Numbers = new()
    {
        ["durationMinutes"] = 48, ["participantCount"] = 31, ["waitingCount"] = 2, ["maxParticipants"] = 50, ["endAfterMinutes"] = 10, ["latecomersWaitAfterMinutes"] = 15, ["limit"] = 20, ["offset"] = 0, ["total"] = 1,
        ["creationMinutesBefore"] = 60, ["endBufferMinutes"] = 30, ["seq"] = 7, ["attempt"] = 0, ["version"] = 3, ["durationSeconds"] = 2460, ["percentage"] = 85, ["attendanceRate"] = 93, ["expiresIn"] = 3600,
    };

    /// <summary>Null for what has no body.</summary>
    public static JsonNode? Of(Type type) => type == typeof(void) ? null : Make(type, "", 0);

    public static JsonNode? Of(object value) => JsonSerializer.SerializeToNode(value, ApiJson.Options);

    private static JsonNode? Make(Type type, string name, int depth)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        if (depth > Deepest) return null;
        if (type == typeof(string)) return Words.GetValueOrDefault(name)?.DeepClone() ?? JsonValue.Create(name.Length > 0 ? name : "text");
        if (type == typeof(Guid)) return JsonValue.Create(Id(name));
        if (type == typeof(bool)) return JsonValue.Create(name is "isFinal" or "isActive" or "canPublish" or "canSubscribe" or "attended" or "autoCreateMeetings" or "autoEndMeetings" or "waitingRoom");
        if (type == typeof(DateTimeOffset) || type == typeof(DateTime)) return JsonValue.Create(name.StartsWith("end", StringComparison.Ordinal) || name.StartsWith("left", StringComparison.Ordinal) ? "2026-11-23T00:18:00Z" : "2026-11-22T23:30:00Z");
        if (type == typeof(DateOnly)) return JsonValue.Create("2026-11-23");
        if (type == typeof(TimeOnly)) return JsonValue.Create(name.EndsWith("End", StringComparison.Ordinal) ? "20:00:00" : "06:00:00");
        if (type == typeof(Uri)) return Words.GetValueOrDefault(name)?.DeepClone() ?? JsonValue.Create("https://school.example");
        if (type.IsEnum) return JsonSerializer.SerializeToNode(Enum.GetValues(type).GetValue(0), type, ApiJson.Options);
        if (type.IsPrimitive || type == typeof(decimal)) return JsonValue.Create(Numbers.GetValueOrDefault(name, 1));
        if (type == typeof(JsonElement) || typeof(JsonNode).IsAssignableFrom(type)) return new JsonObject();
        if (Dictionary(type) is { } values) return new JsonObject { ["key"] = Make(values, "value", depth + 1) };
        if (Item(type) is { } item) return new JsonArray(Make(item, Singular(name), depth + 1));

        var made = new JsonObject();
        foreach (var property in type.GetProperties(BindingFlags.Public | BindingFlags.Instance).Where(property => property.GetCustomAttribute<JsonIgnoreAttribute>() is null))
        {
            var field = JsonNamingPolicy.CamelCase.ConvertName(property.Name);
            made[field] = Make(property.PropertyType, field, depth + 1);
        }

        return made;
    }

    // The same name has the same id in every example.
    private static string Id(string name) => $"0198c0de-0000-7000-8000-{(uint)name.Aggregate(17, (hash, letter) => (hash * 31) + letter):x12}";

    private static string Singular(string name) => name is "creationBlockedDays" ? name : name.TrimEnd('s');

    private static Type? Dictionary(Type type) =>
        (Generic(type, typeof(IReadOnlyDictionary<,>)) ?? Generic(type, typeof(IDictionary<,>)))?.GetGenericArguments()[1];

    private static Type? Item(Type type) => type.IsArray ? type.GetElementType()
        : typeof(IEnumerable).IsAssignableFrom(type) ? Generic(type, typeof(IEnumerable<>))?.GetGenericArguments()[0] : null;

    private static Type? Generic(Type type, Type wanted) =>
        type.GetInterfaces().Append(type).FirstOrDefault(one => one.IsGenericType && one.GetGenericTypeDefinition() == wanted);
}

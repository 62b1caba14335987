using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Meetings.WebhookIngress.Tests;

/// <summary>Zoom's words and Zoom's signature.</summary>
internal static class ZoomSays
{
    public const string Secret = "zoom-development-secret";
    public const string Account = "kQ7mT2pLRw-9sVnXy3BdEg";

    private static readonly JsonSerializerOptions AsZoomDoes = new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>A sitting's id that no other test has.</summary>
    public static string Uuid() => Convert.ToBase64String(Guid.NewGuid().ToByteArray());

    public static string Started(string? uuid = null, string number = "84512093377", string startTime = "2026-09-14T06:00:07Z") =>
        Event("meeting.started", 1789365607214, Live(uuid, number, startTime));

    public static string Ended(string? uuid = null, string endTime = "2026-09-14T06:46:01Z")
    {
        var live = Live(uuid);
        live["end_time"] = endTime;
        return Event("meeting.ended", 1789368361902, live);
    }

    /// <param name="change">What this participant's event has otherwise.</param>
    public static string Participant(string name, string timeField, string time, string? uuid = null, Action<JsonObject>? change = null, long eventTs = 1789365672540)
    {
        var participant = new JsonObject
        {
            ["user_id"] = "16783360",
            ["user_name"] = "Анна Ёлкина",
            ["id"] = "",
            ["participant_uuid"] = "5D0E7A31-92C4-4B18-A6F3-7C19E2D84B60",
            [timeField] = time,
            ["email"] = "",
            ["registrant_id"] = "h4Ks9-QvRx2mPzT7LbWc1A",
            ["participant_user_id"] = "",
            ["customer_key"] = "",
            ["phone_number"] = "",
        };
        change?.Invoke(participant);
        var live = Live(uuid);
        live["participant"] = participant;
        return Event(name, eventTs, live);
    }

    public static string Joined(string? uuid = null, string joinTime = "2026-09-14T06:01:12Z", Action<JsonObject>? change = null, long eventTs = 1789365672540) =>
        Participant("meeting.participant_joined", "join_time", joinTime, uuid, change, eventTs);

    /// <summary>So many people, each on a connection of their own.</summary>
    public static IEnumerable<string> JoinsOf(string uuid, int people) => Enumerable.Range(0, people)
        .Select(n => Joined(uuid, change: p => (p["user_id"], p["participant_uuid"]) = ($"{n}", $"join-{n}")));

    public static string Left(string? uuid = null, string leaveTime = "2026-09-14T06:45:59Z", Action<JsonObject>? change = null) =>
        Participant("meeting.participant_left", "leave_time", leaveTime, uuid, change);

    public static string Event(string name, long eventTs, JsonNode live) => new JsonObject
    {
        ["event"] = name,
        ["event_ts"] = eventTs,
        ["payload"] = new JsonObject { ["account_id"] = Account, ["object"] = live },
    }.ToJsonString(AsZoomDoes);

    public static JsonObject Live(string? uuid = null, string number = "84512093377", string startTime = "2026-09-14T06:00:07Z") => new()
    {
        ["id"] = number,
        ["uuid"] = uuid ?? Uuid(),
        ["host_id"] = "Tq8RnVbSQ0a3kLmYwZxCeA",
        ["topic"] = "Algebra 7B",
        ["type"] = 8,
        ["start_time"] = startTime,
        ["timezone"] = "Europe/Moscow",
        ["duration"] = 45,
    };

    public static string Signature(ReadOnlySpan<byte> body, string timestamp, string secret = Secret)
    {
        byte[] signed = [.. Encoding.UTF8.GetBytes($"v0:{timestamp}:"), .. body];
        return $"v0={Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), signed))}";
    }

    public static string Timestamp(DateTimeOffset at) => at.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);

    /// <summary>A request as Zoom sends it.</summary>
    public static HttpRequestMessage Request(byte[] body, DateTimeOffset at, string secret = Secret)
    {
        var timestamp = Timestamp(at);
        return new HttpRequestMessage(HttpMethod.Post, new Uri("/webhooks/zoom", UriKind.Relative))
        {
            Content = new ByteArrayContent(body) { Headers = { { "Content-Type", "application/json; charset=utf-8" } } },
            Headers = { { "x-zm-signature", Signature(body, timestamp, secret) }, { "x-zm-request-timestamp", timestamp } },
        };
    }
}

using System.Text.Json.Nodes;

namespace Meetings.ZoomSandbox.Webhooks;

/// <summary>Something that happened, as it is told: the body is fixed here, so that every delivery of it carries the same bytes.</summary>
internal sealed class WebhookEvent(string name, long? meetingId, JsonObject body)
{
    public string Name { get; } = name;

    public long? MeetingId { get; } = meetingId;

    public byte[] Body { get; } = ZoomJson.Bytes(body);

    /// <summary>The envelope of every event but url_validation.</summary>
    public static WebhookEvent Of(string name, long meetingId, DateTimeOffset at, JsonObject payload) => new(name, meetingId, new JsonObject
    {
        ["event"] = name,
        ["event_ts"] = at.ToUnixTimeMilliseconds(),
        ["payload"] = payload,
    });
}

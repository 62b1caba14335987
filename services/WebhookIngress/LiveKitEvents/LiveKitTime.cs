using System.Text.Json;
using Meetings.WebhookIngress.Reading;

namespace Meetings.WebhookIngress.LiveKitEvents;

/// <summary>An instant of LiveKit's, where it tells one.</summary>
/// <param name="At">Null when it is not told, and when it cannot be.</param>
/// <param name="IsImpossible">It is told, and is none or cannot be one of a meeting.</param>
internal readonly record struct LiveKitTime(DateTimeOffset? At, bool IsImpossible)
{
    /// <summary>When the event was made, to the second, cut: it happened within the second that begins here.</summary>
    public static LiveKitTime OfEvent(JsonElement root, DateTimeOffset receivedAt) =>
        Seconds(ProtoJson.Number(root, "createdAt"u8, "created_at"u8), receivedAt);

    /// <summary>When the room was made. To the millisecond, or to the second from older servers.</summary>
    public static LiveKitTime OfRoom(JsonElement room, DateTimeOffset receivedAt) => Best(
        ProtoJson.Number(room, "creationTimeMs"u8, "creation_time_ms"u8), ProtoJson.Number(room, "creationTime"u8, "creation_time"u8), receivedAt);

    /// <summary>When this connection began. To the millisecond, or to the second from older servers.</summary>
    public static LiveKitTime OfJoin(JsonElement participant, DateTimeOffset receivedAt) => Best(
        ProtoJson.Number(participant, "joinedAtMs"u8, "joined_at_ms"u8), ProtoJson.Number(participant, "joinedAt"u8, "joined_at"u8), receivedAt);

    private static LiveKitTime Best(string? milliseconds, string? seconds, DateTimeOffset receivedAt) => milliseconds is null
        ? Seconds(seconds, receivedAt)
        : Of(PlausibleTime.Milliseconds(milliseconds, receivedAt));

    private static LiveKitTime Seconds(string? text, DateTimeOffset receivedAt) => text is null ? default : Of(PlausibleTime.Seconds(text, receivedAt));

    private static LiveKitTime Of(DateTimeOffset? at) => new(at, at is null);
}

using System.Buffers;
using System.Text.Json;
using Meetings.Contracts.Sittings;
using Meetings.WebhookIngress.Reading;

namespace Meetings.WebhookIngress.ZoomEvents;

/// <summary>What one of Zoom's events says, in our words.</summary>
/// <param name="ConnectionId">Null for what concerns the whole sitting.</param>
internal sealed record ZoomFact(ZoomEventKind Kind, SittingKey Sitting, string? ConnectionId, ParticipantIdentity? Who, DateTimeOffset At)
{
    private const int LongestNumber = 40;

    private static readonly SearchValues<char> Digits = SearchValues.Create("0123456789");

    /// <param name="live">The event's <c>payload.object</c>.</param>
    /// <param name="eventTs">The envelope's <c>event_ts</c>, where it has a possible one.</param>
    /// <param name="fault">What is missing or impossible, when the result is null.</param>
    public static ZoomFact? Read(ZoomEventKind kind, JsonElement live, DateTimeOffset? eventTs, DateTimeOffset receivedAt, out string? fault)
    {
        fault = "meeting-id";
        if (MeetingNumber(live) is not { } number) return null;

        fault = "meeting-uuid";
        if (JsonText.Id(live, "uuid"u8) is not { } uuid) return null;
        var sitting = new SittingKey("zoom", number, uuid);

        if (!kind.HasParticipant())
        {
            // Instant meetings come with fields missing; when the event happened says as much as its own field would.
            fault = "time";
            var at = IsBlank(live, kind.TimeField()) ? eventTs : ZoomTime.Iso(live, kind.TimeField(), receivedAt);
            return at is null ? null : new ZoomFact(kind, sitting, null, null, at.Value);
        }

        fault = "participant";
        if (!live.TryGetProperty("participant"u8, out var participant) || participant.ValueKind != JsonValueKind.Object) return null;

        fault = "connection";
        if (Connection(kind, participant) is not { } connection) return null;

        fault = "time";
        return ZoomTime.Iso(participant, kind.TimeField(), receivedAt) is { } moment
            ? new ZoomFact(kind, sitting, connection, Identity(participant), moment)
            : null;
    }

    /// <summary>As text: a string in live events, a number in others, and longer than a double is exact for.</summary>
    private static string? MeetingNumber(JsonElement live) =>
        JsonText.Read(live, "id"u8) is { Length: <= LongestNumber } number && !number.AsSpan().ContainsAnyExcept(Digits) ? number : null;

    /// <summary>
    /// One join of one device. <c>participant_uuid</c> is new with every join; where it is missing, <c>user_id</c> is too. Whoever moves to a breakout room
    /// keeps the <c>participant_uuid</c> and gets another <c>user_id</c>: told apart by both, or leaving the room would close the stay in the meeting.
    /// </summary>
    private static string? Connection(ZoomEventKind kind, JsonElement participant)
    {
        var join = JsonText.Id(participant, "participant_uuid"u8);
        var session = JsonText.Id(participant, "user_id"u8);
        if (!kind.IsBreakout()) return join ?? session;
        return session is null ? null : (join ?? JsonText.Id(participant, "parent_user_id"u8)) is { } main ? $"{main}:{session}" : $":{session}";
    }

    private static ParticipantIdentity Identity(JsonElement participant) => new(
        RegistrantId: JsonText.Id(participant, "registrant_id"u8),
        CustomerKey: JsonText.Id(participant, "customer_key"u8),
        ProviderUserId: JsonText.Id(participant, "participant_user_id"u8) ?? JsonText.Id(participant, "id"u8),
        Email: JsonText.Email(participant, "email"u8),
        Name: JsonText.Label(participant, "user_name"u8),
        SessionNumber: JsonText.Id(participant, "user_id"u8));

    private static bool IsBlank(JsonElement parent, ReadOnlySpan<byte> name) =>
        !parent.TryGetProperty(name, out var value) || value.ValueKind == JsonValueKind.Null
        || (value.ValueKind == JsonValueKind.String && JsonText.Read(parent, name) is null);
}

using System.Text.Json;
using Meetings.Contracts.Sittings;
using Meetings.WebhookIngress.Deliveries;
using Meetings.WebhookIngress.Reading;

namespace Meetings.WebhookIngress.LiveKitEvents;

/// <summary>LiveKit's facts as the integration events that the other services know: a meeting is a room's name, a sitting its sid.</summary>
internal static class LiveKitFact
{
    public const string NotAPerson = "not-a-person";
    public const string Moving = "moving";

    /// <param name="root">The event.</param>
    /// <param name="fault">What is missing or impossible, or why there is nothing to tell, when the result is null.</param>
    public static object? Read(LiveKitEventKind kind, JsonElement root, LiveKitTime happenedAt, DeliveryBody body, out string? fault)
    {
        fault = "time";
        if (happenedAt.IsImpossible) return null;

        fault = "room";
        if (ProtoJson.Message(root, "room"u8) is not { } room) return null;

        fault = "room-name";
        if (JsonText.Id(room, "name"u8) is not { } name) return null;

        // Without it nobody can say which sitting it was; its end, under its sid, would never close what was told here.
        fault = "room-sid";
        if (JsonText.Id(room, "sid"u8) is not { } sid) return null;
        var sitting = new SittingKey(LiveKitReading.Provider, name, sid);

        return kind is LiveKitEventKind.Started or LiveKitEventKind.Finished
            ? OfRoom(kind, sitting, room, happenedAt, body, out fault)
            : OfParticipant(kind, sitting, root, happenedAt, body, out fault);
    }

    private static object? OfRoom(
        LiveKitEventKind kind, SittingKey sitting, JsonElement room, LiveKitTime happenedAt, DeliveryBody body, out string? fault)
    {
        fault = "time";
        var createdAt = LiveKitTime.OfRoom(room, body.ReceivedAt);
        if (createdAt.IsImpossible) return null;

        return kind == LiveKitEventKind.Started
            ? (createdAt.At ?? happenedAt.At) is { } from ? new SittingStarted(body.DeliveryId, sitting, from, body.ReceivedAt) : null
            : Later(happenedAt.At, createdAt.At) is { } to ? new SittingEnded(body.DeliveryId, sitting, to, body.ReceivedAt) : null;
    }

    private static object? OfParticipant(
        LiveKitEventKind kind, SittingKey sitting, JsonElement root, LiveKitTime happenedAt, DeliveryBody body, out string? fault)
    {
        fault = "participant";
        if (ProtoJson.Message(root, "participant"u8) is not { } participant) return null;

        fault = NotAPerson;
        if (LiveKitParticipant.IsMachine(participant)) return null;

        fault = Moving;
        if (kind == LiveKitEventKind.Left && LiveKitParticipant.IsMoving(participant)) return null;

        fault = "connection";
        if (JsonText.Id(participant, "sid"u8) is not { } connection) return null;

        fault = "time";
        var joinedAt = LiveKitTime.OfJoin(participant, body.ReceivedAt);
        if (joinedAt.IsImpossible) return null;

        var who = LiveKitParticipant.Identity(participant);
        return kind == LiveKitEventKind.Joined
            ? (joinedAt.At ?? happenedAt.At) is { } from ? new ParticipantJoined(body.DeliveryId, sitting, connection, who, from, body.ReceivedAt) : null
            : Later(happenedAt.At, joinedAt.At) is { } to ? new ParticipantLeft(body.DeliveryId, sitting, connection, who, to, body.ReceivedAt) : null;
    }

    /// <summary>
    /// An event's own time is cut to the second, and a join's or a room's is not: within one second an end would come before its beginning, and look
    /// like a clock that is wrong. Null without the event's time: when it began says nothing of when it ended.
    /// </summary>
    private static DateTimeOffset? Later(DateTimeOffset? happenedAt, DateTimeOffset? began) =>
        happenedAt is { } at && began is { } from && from > at ? from : happenedAt;
}

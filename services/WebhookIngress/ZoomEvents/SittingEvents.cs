using Meetings.Contracts.Sittings;
using Meetings.ServiceDefaults.Messaging;

namespace Meetings.WebhookIngress.ZoomEvents;

/// <summary>Zoom's facts as the integration events that the other services know.</summary>
internal static class SittingEvents
{
    public static object Of(ZoomFact fact, Guid deliveryId, DateTimeOffset receivedAt) => fact.Kind switch
    {
        ZoomEventKind.Started => new SittingStarted(deliveryId, fact.Sitting, fact.At, receivedAt),
        ZoomEventKind.Ended => new SittingEnded(deliveryId, fact.Sitting, fact.At, receivedAt),
        ZoomEventKind.Joined or ZoomEventKind.JoinedBreakout =>
            new ParticipantJoined(deliveryId, fact.Sitting, fact.ConnectionId!, fact.Who!, fact.At, receivedAt),
        ZoomEventKind.Left or ZoomEventKind.LeftBreakout =>
            new ParticipantLeft(deliveryId, fact.Sitting, fact.ConnectionId!, fact.Who!, fact.At, receivedAt),
        ZoomEventKind.EnteredWaitingRoom => Moved(fact, WaitingRoomMove.Entered, deliveryId, receivedAt),
        ZoomEventKind.LeftWaitingRoom => Moved(fact, WaitingRoomMove.Left, deliveryId, receivedAt),
        ZoomEventKind.Admitted => Moved(fact, WaitingRoomMove.Admitted, deliveryId, receivedAt),
        ZoomEventKind.PutInWaitingRoom => Moved(fact, WaitingRoomMove.PutBack, deliveryId, receivedAt),
        _ => throw new ArgumentOutOfRangeException(nameof(fact)),
    };

    /// <summary>For the outbox. The contract's type is its identity on the wire, so each is named.</summary>
    public static OutboxMessage ToMessage(object normalised) => normalised switch
    {
        SittingStarted started => OutboxMessage.Of(started),
        SittingEnded ended => OutboxMessage.Of(ended),
        ParticipantJoined joined => OutboxMessage.Of(joined),
        ParticipantLeft left => OutboxMessage.Of(left),
        WaitingRoomMoved moved => OutboxMessage.Of(moved),
        _ => throw new ArgumentException($"{normalised.GetType()} is not a sitting's event.", nameof(normalised)),
    };

    private static WaitingRoomMoved Moved(ZoomFact fact, WaitingRoomMove move, Guid deliveryId, DateTimeOffset receivedAt) =>
        new(deliveryId, fact.Sitting, fact.ConnectionId!, fact.Who!, move, fact.At, receivedAt);
}

using Meetings.Contracts.Sittings;

namespace Meetings.WebhookIngress.ZoomEvents;

/// <summary>Zoom's facts as the integration events that the other services know.</summary>
internal static class ZoomSittingEvents
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

    private static WaitingRoomMoved Moved(ZoomFact fact, WaitingRoomMove move, Guid deliveryId, DateTimeOffset receivedAt) =>
        new(deliveryId, fact.Sitting, fact.ConnectionId!, fact.Who!, move, fact.At, receivedAt);
}

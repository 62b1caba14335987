using Meetings.Contracts.Sittings;
using Meetings.ServiceDefaults.Messaging;

namespace Meetings.WebhookIngress.Deliveries;

/// <summary>Integration events for the outbox.</summary>
internal static class SittingMessages
{
    /// <summary>All that a delivery has to tell.</summary>
    public static IEnumerable<OutboxMessage> AllOf(DeliveryReading reading)
    {
        if (reading.Normalised is { } normalised) yield return Of(normalised);
        if (reading.Gap is { } gap) yield return OutboxMessage.Of(gap);
    }

    /// <summary>The contract's type is its identity on the wire, so each is named.</summary>
    public static OutboxMessage Of(object normalised) => normalised switch
    {
        SittingStarted started => OutboxMessage.Of(started),
        SittingEnded ended => OutboxMessage.Of(ended),
        ParticipantJoined joined => OutboxMessage.Of(joined),
        ParticipantLeft left => OutboxMessage.Of(left),
        WaitingRoomMoved moved => OutboxMessage.Of(moved),
        _ => throw new ArgumentException($"{normalised.GetType()} is not a sitting's event.", nameof(normalised)),
    };
}

namespace Meetings.Contracts.Sittings;

/// <summary>One sitting of a provider's meeting: what Zoom calls an instance (its <c>uuid</c>) and LiveKit a room session (its <c>sid</c>).</summary>
/// <param name="Provider"><c>zoom</c> or <c>livekit</c>.</param>
/// <param name="MeetingId">The provider's name of the meeting as text: a Zoom number may exceed what a double can hold.</param>
/// <param name="SittingId">The provider's id of this sitting, verbatim; a new one whenever the meeting starts again.</param>
public sealed record SittingKey(string Provider, string MeetingId, string SittingId);

/// <summary>What the provider knows of who is on a connection. Every field may be missing; a name is a label and never an identity.</summary>
/// <param name="RegistrantId">Stable over rejoins, for meetings with registration.</param>
/// <param name="CustomerKey">What our own client passed when joining: the person's id.</param>
/// <param name="Identity">LiveKit identity.</param>
/// <param name="ProviderUserId">The provider's account of a signed-in person.</param>
/// <param name="Email">As the provider gave it; personal data, never logged.</param>
/// <param name="Name">Free text typed by whoever joined.</param>
/// <param name="SessionNumber">Zoom's in-meeting <c>user_id</c>: the only connection id that its reports carry.</param>
public sealed record ParticipantIdentity(
    string? RegistrantId = null, string? CustomerKey = null, string? Identity = null, string? ProviderUserId = null,
    string? Email = null, string? Name = null, string? SessionNumber = null);

/// <summary>A provider opened a sitting. At least once, unordered.</summary>
/// <param name="DeliveryId">The stored webhook delivery that told it.</param>
/// <param name="At">When it happened, by the provider's clock.</param>
/// <param name="ReceivedAt">When we received it.</param>
public sealed record SittingStarted(Guid DeliveryId, SittingKey Sitting, DateTimeOffset At, DateTimeOffset ReceivedAt);

/// <summary>A provider closed a sitting. May arrive before the last <see cref="ParticipantLeft"/> and before the last <see cref="ParticipantJoined"/>.</summary>
/// <param name="DeliveryId">The stored webhook delivery that told it; an id of its own when the provider was asked.</param>
/// <param name="At">When it happened, by the provider's clock.</param>
/// <param name="ReceivedAt">When we received it.</param>
public sealed record SittingEnded(Guid DeliveryId, SittingKey Sitting, DateTimeOffset At, DateTimeOffset ReceivedAt);

/// <summary>A connection entered the meeting proper (or one of its breakout rooms), not the waiting room.</summary>
/// <param name="DeliveryId">The stored webhook delivery that told it; an id of its own when the provider was asked.</param>
/// <param name="ConnectionId">One join of one device; pairs with the <see cref="ParticipantLeft"/> of the same id.</param>
/// <param name="At">The provider's join time, to its precision.</param>
/// <param name="ReceivedAt">When we received it.</param>
public sealed record ParticipantJoined(
    Guid DeliveryId, SittingKey Sitting, string ConnectionId, ParticipantIdentity Who, DateTimeOffset At, DateTimeOffset ReceivedAt);

/// <summary>A connection left the meeting. May arrive before its <see cref="ParticipantJoined"/>, or after a newer one of the same person.</summary>
/// <param name="DeliveryId">The stored webhook delivery that told it; an id of its own when the provider was asked.</param>
/// <param name="ConnectionId">Pairs with the <see cref="ParticipantJoined"/> of the same id.</param>
/// <param name="At">The provider's leave time, to its precision.</param>
/// <param name="ReceivedAt">When we received it.</param>
public sealed record ParticipantLeft(
    Guid DeliveryId, SittingKey Sitting, string ConnectionId, ParticipantIdentity Who, DateTimeOffset At, DateTimeOffset ReceivedAt);

/// <summary>A connection moved in or out of the waiting room. Waiting is never presence.</summary>
/// <param name="DeliveryId">The stored webhook delivery that told it.</param>
/// <param name="At">When it happened, by the provider's clock.</param>
/// <param name="ReceivedAt">When we received it.</param>
public sealed record WaitingRoomMoved(
    Guid DeliveryId, SittingKey Sitting, string ConnectionId, ParticipantIdentity Who, WaitingRoomMove Move, DateTimeOffset At, DateTimeOffset ReceivedAt);

/// <summary>
/// A provider says that it gave up telling some events before the one that came with this news: who needs to know must ask the provider who is there.
/// At least once, unordered; a repeat may have another <paramref name="DeliveryId"/>.
/// </summary>
/// <param name="DeliveryId">The webhook delivery that told it.</param>
/// <param name="Provider"><c>livekit</c>; Zoom does not tell what it lost.</param>
/// <param name="MeetingId">The provider's name of the meeting whose events are missing. Null when it is not known: then it may be any of them.</param>
/// <param name="SittingId">The sitting that told it. The missing events may be of an earlier one of the same meeting. Null when not known.</param>
/// <param name="Dropped">How many events are missing, at least 1.</param>
/// <param name="At">They happened before this moment, by the provider's clock.</param>
/// <param name="ReceivedAt">When we received it.</param>
public sealed record SittingGapReported(
    Guid DeliveryId, string Provider, string? MeetingId, string? SittingId, int Dropped, DateTimeOffset At, DateTimeOffset ReceivedAt);

/// <summary>Which way a connection moved between the waiting room and the meeting.</summary>
public enum WaitingRoomMove
{
    /// <summary>Waits to be let in.</summary>
    Entered,

    /// <summary>Let in by a host.</summary>
    Admitted,

    /// <summary>Gave up, or was refused.</summary>
    Left,

    /// <summary>Sent back from the meeting to wait.</summary>
    PutBack,
}

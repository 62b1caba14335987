using Meetings.Contracts.Sittings;

namespace Meetings.WebhookIngress.Deliveries;

/// <summary>What a verified body says. A pure function of the body and the time of its receipt, so that a stored one can be read again.</summary>
/// <param name="Reason">Why it has no effect, unless its state is <see cref="DeliveryState.Received"/>.</param>
/// <param name="Name">The event, as the provider calls it.</param>
/// <param name="AccountId">Whose event it is: Zoom's account, or the id of the LiveKit key that signed it.</param>
/// <param name="Normalised">One of the records in <c>contracts/Sittings</c>, for what takes effect.</param>
/// <param name="Gap">What the provider says it did not tell before this event, whatever this event itself says.</param>
internal sealed record DeliveryReading(
    DeliveryState State, string? Reason, string? Name, string? AccountId, byte[] DedupeKey, object? Normalised, SittingGapReported? Gap = null);

namespace Meetings.ZoomSandbox.Webhooks;

/// <summary>One delivery of one event, with its attempts. Changed by <see cref="DeliveryQueue"/> only.</summary>
internal sealed class Delivery(int id, WebhookEvent what, bool badSignature)
{
    public int Id { get; } = id;

    public WebhookEvent Event { get; } = what;

    public bool BadSignature { get; } = badSignature;

    /// <summary>The same over all attempts of this delivery.</summary>
    public string RequestId { get; } = Guid.NewGuid().ToString().Replace('-', '_');

    public DeliveryState State { get; set; }

    public List<DeliveryAttempt> Attempts { get; } = [];

    /// <summary>Timestamp of the first attempt, for redeliveries that keep it.</summary>
    public string? FirstTimestamp { get; set; }

    public ITimer? Timer { get; set; }
}

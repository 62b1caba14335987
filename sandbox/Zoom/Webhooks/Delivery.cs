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

/// <summary>One HTTP request and what came back.</summary>
/// <param name="At">When it went out.</param>
/// <param name="Status">The answer's status; null when there was none.</param>
/// <param name="Error">Why there was no answer.</param>
internal sealed record DeliveryAttempt(DateTimeOffset At, int? Status, string? Error);

/// <summary>Faults to rehearse with, for the deliveries of one event.</summary>
internal sealed record DeliveryFaults
{
    /// <summary>How often the event is delivered.</summary>
    public int Copies { get; init; } = 1;

    /// <summary>Real seconds before the first attempt.</summary>
    public double DelaySeconds { get; init; }

    /// <summary>Never delivered.</summary>
    public bool Drop { get; init; }

    /// <summary>Kept until the next release.</summary>
    public bool Hold { get; init; }

    /// <summary>Signed with another secret.</summary>
    public bool BadSignature { get; init; }
}

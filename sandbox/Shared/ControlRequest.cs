namespace Meetings.Sandboxes;

/// <summary>What every control call can say: when it happens (now, if not said) and what becomes of its webhooks.</summary>
internal record ControlRequest
{
    public DateTimeOffset? At { get; init; }

    public DeliveryFaults? Delivery { get; init; }
}

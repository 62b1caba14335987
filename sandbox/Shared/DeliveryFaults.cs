namespace Meetings.Sandboxes;

/// <summary>Faults to rehearse with, for the deliveries of one event.</summary>
internal sealed record DeliveryFaults
{
    /// <summary>How often the event is delivered.</summary>
    public int Copies { get; init; } = 1;

    /// <summary>Real seconds before the first attempt; later events overtake it.</summary>
    public double DelaySeconds { get; init; }

    /// <summary>Never delivered.</summary>
    public bool Drop { get; init; }

    /// <summary>Kept until the next release.</summary>
    public bool Hold { get; init; }

    /// <summary>Signed with another secret.</summary>
    public bool BadSignature { get; init; }
}

/// <summary>One HTTP request and what came back.</summary>
/// <param name="At">When it went out.</param>
/// <param name="Status">The answer's status; null when there was none.</param>
/// <param name="Error">Why there was no answer.</param>
internal sealed record DeliveryAttempt(DateTimeOffset At, int? Status, string? Error);

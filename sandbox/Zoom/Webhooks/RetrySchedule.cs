namespace Meetings.ZoomSandbox.Webhooks;

/// <summary>What becomes of a delivery after an attempt: Zoom tries again three times, 5, 20 and 60 minutes after the attempt before.</summary>
internal static class RetrySchedule
{
    public static readonly TimeSpan AnswerWithin = TimeSpan.FromSeconds(3);

    private static readonly TimeSpan[] Waits = [TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(20), TimeSpan.FromMinutes(60)];

    /// <param name="attempts">Attempts made so far, this one included.</param>
    /// <param name="status">The answer's status; null when there was none in time.</param>
    public static DeliveryState After(int attempts, int? status) => status switch
    {
        200 or 204 => DeliveryState.Delivered,

        // On a redelivery any success counts.
        >= 200 and < 300 => attempts > 1 ? DeliveryState.Delivered : DeliveryState.Refused,

        // A redirect or a refusal is final: the event is lost.
        >= 300 and < 500 => DeliveryState.Refused,
        _ => attempts <= Waits.Length ? DeliveryState.Waiting : DeliveryState.GivenUp,
    };

    public static TimeSpan Wait(int attempts, double compression) => Waits[attempts - 1] / compression;
}

/// <summary>Where a delivery stands.</summary>
internal enum DeliveryState
{
    /// <summary>On its way now.</summary>
    Ready,

    /// <summary>Comes later: delayed on purpose, or tried again.</summary>
    Waiting,

    /// <summary>Kept back until a release.</summary>
    Held,

    /// <summary>Taken.</summary>
    Delivered,

    /// <summary>Answered with 3xx or 4xx: never tried again.</summary>
    Refused,

    /// <summary>Not taken in four attempts.</summary>
    GivenUp,

    /// <summary>Lost on purpose, before the first attempt.</summary>
    Dropped,

    /// <summary>There is no endpoint, or it was switched off after failed validations.</summary>
    NotSubscribed,
}

using System.Net;

namespace Meetings.LiveKitSandbox.Webhooks;

/// <summary>
/// What the server makes of an answer. It tries again four times, 1, 2, 4 and 8 s after the attempt before, when there was no answer or one of 429 or 5xx but
/// 501. Anything else counts as sent.
/// </summary>
internal static class RetrySchedule
{
    private const int Attempts = 5;

    /// <param name="attempts">Attempts made so far, this one included.</param>
    /// <param name="status">The answer's status; null when there was none.</param>
    public static DeliveryState After(int attempts, int? status) => status switch
    {
        >= 200 and < 300 => DeliveryState.Delivered,
        null or (int)HttpStatusCode.TooManyRequests or (>= 500 and not (int)HttpStatusCode.NotImplemented) =>
            attempts < Attempts ? DeliveryState.Ready : DeliveryState.GivenUp,
        _ => DeliveryState.Refused,
    };

    /// <summary>The wait before the next attempt; a wait that a 429 or 503 asks for is kept.</summary>
    public static TimeSpan Wait(int attempts, TimeSpan? askedFor) => askedFor ?? TimeSpan.FromSeconds(1 << (attempts - 1));
}

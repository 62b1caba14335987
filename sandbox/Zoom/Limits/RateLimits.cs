using System.Globalization;
using Microsoft.Extensions.Options;

namespace Meetings.ZoomSandbox.Limits;

/// <summary>The account's limits per second and per day, by label.</summary>
internal sealed class RateLimits(IOptions<ZoomOptions> options, TimeProvider clock)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<RateLabel, (long Second, int Count)> _seconds = [];
    private readonly Dictionary<RateLabel, (DateOnly Day, int Count)> _days = [];

    /// <summary>Counts a call. Null when it may go on; what to answer when it may not.</summary>
    public RateRefusal? Take(RateLabel label)
    {
        var allowance = RateAllowance.Of(options.Value.Plan, label);
        var now = clock.GetUtcNow();
        var (second, day) = (now.ToUnixTimeSeconds(), DateOnly.FromDateTime(now.UtcDateTime));

        lock (_gate)
        {
            var today = _days.GetValueOrDefault(label) is var d && d.Day == day ? d.Count : 0;
            if (allowance.PerDay is { } perDay && today >= perDay) return new RateRefusal("Daily-limit", perDay, NextDay(day));

            var thisSecond = _seconds.GetValueOrDefault(label) is var s && s.Second == second ? s.Count : 0;
            if (thisSecond >= allowance.PerSecond) return new RateRefusal("QPS", allowance.PerSecond, null);

            _days[label] = (day, today + 1);
            _seconds[label] = (second, thisSecond + 1);
            return null;
        }
    }

    private static DateTimeOffset NextDay(DateOnly day) => new(day.AddDays(1), TimeOnly.MinValue, TimeSpan.Zero);
}

/// <summary>A call over a limit.</summary>
/// <param name="Type">QPS or Daily-limit.</param>
/// <param name="Limit">The limit that was reached.</param>
/// <param name="RetryAt">Told with the daily limit only.</param>
internal sealed record RateRefusal(string Type, int Limit, DateTimeOffset? RetryAt)
{
    public ZoomError Error => new(429, 429, RetryAt is null
        ? "You have reached the maximum per-second rate limit for this API. Try again later."
        : "You have reached the maximum daily rate limit for this API. Refer to the response header for details on when you can make another request.");

    public void WriteHeaders(IHeaderDictionary headers)
    {
        headers["X-RateLimit-Type"] = Type;
        headers["X-RateLimit-Limit"] = Limit.ToString(CultureInfo.InvariantCulture);
        headers["X-RateLimit-Remaining"] = "0";

        // An instant and not seconds, against RFC 9110: typed header readers see nothing here, as they do at Zoom.
        if (RetryAt is { } at) headers.RetryAfter = ZoomJson.Text(at);
    }
}

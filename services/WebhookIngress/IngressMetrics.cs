using System.Diagnostics.Metrics;
using Meetings.ServiceDefaults.Telemetry;

namespace Meetings.WebhookIngress;

/// <summary>The only trace that a refused request leaves, and the pulse of what was accepted.</summary>
internal static class IngressMetrics
{
    private static readonly Counter<long> Refused = MeetingsTelemetry.Meter.CreateCounter<long>(
        "meetings.webhook.rejected", "{request}", "Webhook requests answered 4xx, by provider and reason.");

    private static readonly Counter<long> Accepted = MeetingsTelemetry.Meter.CreateCounter<long>(
        "meetings.webhook.accepted", "{request}", "Verified webhook requests answered 2xx, by provider and outcome.");

    private static readonly Counter<long> NotStored = MeetingsTelemetry.Meter.CreateCounter<long>(
        "meetings.webhook.unavailable", "{request}", "Verified webhook requests answered 503 because they could not be stored in time.");

    private static readonly Counter<long> Lost = MeetingsTelemetry.Meter.CreateCounter<long>(
        "meetings.webhook.dropped", "{event}", "Events that a provider says it gave up telling.");

    public static void Rejected(string provider, string reason) =>
        Refused.Add(1, new KeyValuePair<string, object?>("provider", provider), new KeyValuePair<string, object?>("reason", reason));

    /// <param name="outcome"><c>received</c>, <c>quarantined</c>, <c>ignored</c>, <c>duplicate</c> or <c>challenge</c>.</param>
    public static void Answered(string provider, string outcome) =>
        Accepted.Add(1, new KeyValuePair<string, object?>("provider", provider), new KeyValuePair<string, object?>("outcome", outcome));

    public static void Dropped(string provider, int events) => Lost.Add(events, new KeyValuePair<string, object?>("provider", provider));

    public static void Unavailable(string provider) => NotStored.Add(1, new KeyValuePair<string, object?>("provider", provider));
}

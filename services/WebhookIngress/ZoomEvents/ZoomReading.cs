using System.Runtime.InteropServices;
using System.Text.Json;
using Meetings.WebhookIngress.Deliveries;
using Meetings.WebhookIngress.Reading;

namespace Meetings.WebhookIngress.ZoomEvents;

/// <summary>What a verified body of Zoom's says: a question to answer, or an event.</summary>
internal abstract record ZoomReading
{
    private ZoomReading()
    {
    }

    /// <summary><c>endpoint.url_validation</c>: a question to answer at once, and nothing to store.</summary>
    public sealed record Challenge(string? PlainToken) : ZoomReading;

    /// <summary>Everything else.</summary>
    public sealed record Event(DeliveryReading What) : ZoomReading;

    /// <param name="accounts">Zoom accounts whose events take effect; empty for any.</param>
    public static ZoomReading Of(DeliveryBody body, IReadOnlyList<string> accounts) =>
        EventDocument.Read(body, (name, root) => Of(body, name, root, accounts), reason => Quarantined(body, reason));

    private static ZoomReading Of(DeliveryBody body, string name, JsonElement root, IReadOnlyList<string> accounts)
    {
        var hasPayload = root.TryGetProperty("payload"u8, out var payload) && payload.ValueKind == JsonValueKind.Object;
        if (name == "endpoint.url_validation") return new Challenge(hasPayload ? TokenIn(payload) : null);

        var account = hasPayload ? JsonText.Id(payload, "account_id"u8) : null;
        // Signed with a secret of ours, and yet not ours: somebody's app is set up wrongly, or somebody tries.
        if (accounts.Count > 0 && !accounts.Contains(account, StringComparer.Ordinal)) return Quarantined(body, "foreign-account", name, account);

        var eventTs = JsonText.Read(root, "event_ts"u8);
        var happenedAt = PlausibleTime.Milliseconds(eventTs, body.ReceivedAt);
        if (ZoomEventKinds.Of(name) is not { } kind)
        {
            var distinguishing = hasPayload ? JsonMarshal.GetRawUtf8Value(payload) : body.Bytes;
            return Read(DeliveryState.Ignored, "no-effect", name, account, DedupeKey.Of(name, account, eventTs, happenedAt, distinguishing));
        }

        if (!hasPayload || !payload.TryGetProperty("object"u8, out var live) || live.ValueKind != JsonValueKind.Object)
        {
            return Quarantined(body, "payload", name, account);
        }

        return ZoomFact.Read(kind, live, happenedAt, body.ReceivedAt, out var fault) is { } fact
            ? Read(DeliveryState.Received, null, name, account, DedupeKey.Of(name, account, fact), ZoomSittingEvents.Of(fact, body.DeliveryId, body.ReceivedAt))
            : Quarantined(body, fault!, name, account);
    }

    // Verbatim: what is trimmed or mended is no longer the token that was asked about.
    private static string? TokenIn(JsonElement payload) =>
        payload.TryGetProperty("plainToken"u8, out var token) && token.ValueKind == JsonValueKind.String ? token.GetString() : null;

    private static Event Quarantined(DeliveryBody body, string reason, string? name = null, string? account = null) =>
        Read(DeliveryState.Quarantined, reason, name, account, DedupeKey.OfBody(body.Hash));

    private static Event Read(DeliveryState state, string? reason, string? name, string? account, byte[] key, object? normalised = null) =>
        new(new DeliveryReading(state, reason, name, account, key, normalised));
}

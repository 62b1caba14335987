using System.Runtime.InteropServices;
using System.Text.Json;
using Meetings.WebhookIngress.Deliveries;

namespace Meetings.WebhookIngress.ZoomEvents;

/// <summary>A verified body of Zoom's, as it is (or was) stored.</summary>
/// <param name="Bytes">Without what <see cref="Redaction"/> takes out.</param>
/// <param name="Hash">SHA-256 of the bytes as they were signed.</param>
/// <param name="DeliveryId">Under which it is stored.</param>
internal sealed record ZoomBody(byte[] Bytes, byte[] Hash, Guid DeliveryId, DateTimeOffset ReceivedAt);

/// <summary>
/// What a verified body says. A pure function of the body and the time of its receipt, so that a stored one can be read again. It never refuses: what
/// cannot be read is quarantined, since sending it again would not help and Zoom would not.
/// </summary>
internal abstract record ZoomReading
{
    public const int MaxDepth = 64;

    private const int LongestName = 128;

    // "event" twice in one body: two readers would see two different events.
    private static readonly JsonDocumentOptions Strict = new() { MaxDepth = MaxDepth, AllowDuplicateProperties = false };

    private ZoomReading()
    {
    }

    /// <summary><c>endpoint.url_validation</c>: a question to answer at once, and nothing to store.</summary>
    public sealed record Challenge(string? PlainToken) : ZoomReading;

    /// <summary>Everything else.</summary>
    /// <param name="Reason">Why it has no effect, unless its state is <see cref="DeliveryState.Received"/>.</param>
    /// <param name="Normalised">One of the records in <c>contracts/Sittings</c>, for what takes effect.</param>
    public sealed record Event(DeliveryState State, string? Reason, string? Name, string? AccountId, byte[] DedupeKey, object? Normalised) : ZoomReading;

    /// <param name="accounts">Zoom accounts whose events take effect; empty for any.</param>
    public static ZoomReading Of(ZoomBody body, IReadOnlyList<string> accounts)
    {
        try
        {
            using var document = JsonDocument.Parse(body.Bytes, Strict);
            return Of(body, document.RootElement, accounts);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // InvalidOperationException: a property's name that is not text.
            return Quarantined(body, body.Bytes.Length == 0 ? "empty" : "not-json");
        }
    }

    private static ZoomReading Of(ZoomBody body, JsonElement root, IReadOnlyList<string> accounts)
    {
        if (root.ValueKind != JsonValueKind.Object) return Quarantined(body, "not-an-object");
        if (!root.TryGetProperty("event"u8, out var type) || type.ValueKind != JsonValueKind.String
            || ZoomText.Read(root, "event"u8) is not { Length: <= LongestName } name) return Quarantined(body, "event");

        var hasPayload = root.TryGetProperty("payload"u8, out var payload) && payload.ValueKind == JsonValueKind.Object;
        if (name == "endpoint.url_validation") return new Challenge(hasPayload ? TokenIn(payload) : null);

        var account = hasPayload ? ZoomText.Id(payload, "account_id"u8) : null;
        // Signed with a secret of ours, and yet not ours: somebody's app is set up wrongly, or somebody tries.
        if (accounts.Count > 0 && !accounts.Contains(account, StringComparer.Ordinal)) return Quarantined(body, "foreign-account", name, account);

        var eventTs = ZoomText.Read(root, "event_ts"u8);
        var happenedAt = ZoomTime.Milliseconds(eventTs, body.ReceivedAt);
        if (ZoomEventKinds.Of(name) is not { } kind)
        {
            var distinguishing = hasPayload ? JsonMarshal.GetRawUtf8Value(payload) : body.Bytes;
            return new Event(DeliveryState.Ignored, "no-effect", name, account, ZoomEvents.DedupeKey.Of(name, account, eventTs, happenedAt, distinguishing), null);
        }

        if (!hasPayload || !payload.TryGetProperty("object"u8, out var live) || live.ValueKind != JsonValueKind.Object)
        {
            return Quarantined(body, "payload", name, account);
        }

        return ZoomFact.Read(kind, live, happenedAt, body.ReceivedAt, out var fault) is { } fact
            ? new Event(DeliveryState.Received, null, name, account, ZoomEvents.DedupeKey.Of(name, account, fact), SittingEvents.Of(fact, body.DeliveryId, body.ReceivedAt))
            : Quarantined(body, fault!, name, account);
    }

    // Verbatim: what is trimmed or mended is no longer the token that was asked about.
    private static string? TokenIn(JsonElement payload) =>
        payload.TryGetProperty("plainToken"u8, out var token) && token.ValueKind == JsonValueKind.String ? token.GetString() : null;

    private static Event Quarantined(ZoomBody body, string reason, string? name = null, string? account = null) =>
        new(DeliveryState.Quarantined, reason, name, account, ZoomEvents.DedupeKey.OfBody(body.Hash), null);
}

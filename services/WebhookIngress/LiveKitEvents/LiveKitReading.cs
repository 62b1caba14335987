using System.Globalization;
using System.Text.Json;
using Meetings.Contracts.Sittings;
using Meetings.WebhookIngress.Deliveries;
using Meetings.WebhookIngress.Reading;

namespace Meetings.WebhookIngress.LiveKitEvents;

/// <summary>What a verified body of LiveKit's says.</summary>
internal static class LiveKitReading
{
    public const string Provider = "livekit";

    public static DeliveryReading Of(DeliveryBody body) =>
        EventDocument.Read(body, (name, root) => Of(body, name, root), reason => new DeliveryReading(
            DeliveryState.Quarantined, reason, null, null, EventKey.OfBody(Provider, body.Hash), null));

    private static DeliveryReading Of(DeliveryBody body, string name, JsonElement root)
    {
        var happenedAt = LiveKitTime.OfEvent(root, body.ReceivedAt);
        var (state, reason, normalised) = Meaning(body, name, root, happenedAt);
        return new DeliveryReading(
            state, reason, name, null, Key(body, name, root, happenedAt.At), normalised, Gap(body, root, happenedAt.At ?? body.ReceivedAt));
    }

    private static (DeliveryState State, string? Reason, object? Normalised) Meaning(DeliveryBody body, string name, JsonElement root, LiveKitTime happenedAt)
    {
        if (LiveKitEventKinds.Of(name) is not { } kind) return (DeliveryState.Ignored, "no-effect", null);

        var fact = LiveKitFact.Read(kind, root, happenedAt, body, out var fault);
        if (fact is not null) return (DeliveryState.Received, null, fact);
        return (fault is LiveKitFact.NotAPerson or LiveKitFact.Moving ? DeliveryState.Ignored : DeliveryState.Quarantined, fault, null);
    }

    /// <summary>
    /// LiveKit gives its events ids and repeats an event with the same one. Without one, a repeat still has the same bytes: they are made once and sent
    /// until they arrive.
    /// </summary>
    private static byte[] Key(DeliveryBody body, string name, JsonElement root, DateTimeOffset? at) => JsonText.Id(root, "id"u8) is { } id
        ? EventKey.Of(Provider, at, name, "id", id)
        : EventKey.Of(Provider, at, name, "body", Convert.ToHexStringLower(body.Hash));

    /// <summary>Events that were dropped before this one, in the queue that this one came through: that of its room, or of its recording.</summary>
    private static SittingGapReported? Gap(DeliveryBody body, JsonElement root, DateTimeOffset at)
    {
        var text = ProtoJson.Number(root, "numDropped"u8, "num_dropped"u8);
        if (text is null) return null;
        // Said and not understood is a gap all the same.
        var dropped = int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number > 0 ? number : 1;

        var room = ProtoJson.Message(root, "room"u8);
        var egress = ProtoJson.Message(root, ProtoJson.Spelling(root, "egressInfo"u8, "egress_info"u8));
        var ingress = ProtoJson.Message(root, ProtoJson.Spelling(root, "ingressInfo"u8, "ingress_info"u8));
        var meeting = (room is { } r ? JsonText.Id(r, "name"u8) : null) ?? NameIn(egress) ?? NameIn(ingress);
        return new SittingGapReported(
            body.DeliveryId, Provider, meeting, room is { } sitting ? JsonText.Id(sitting, "sid"u8) : null, dropped, at, body.ReceivedAt);

        static string? NameIn(JsonElement? info) =>
            info is { } i ? JsonText.Id(i, ProtoJson.Spelling(i, "roomName"u8, "room_name"u8)) : null;
    }
}

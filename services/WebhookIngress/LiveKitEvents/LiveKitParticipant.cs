using System.Text.Json;
using Meetings.Contracts.Sittings;
using Meetings.WebhookIngress.Reading;

namespace Meetings.WebhookIngress.LiveKitEvents;

/// <summary>Who is on a connection.</summary>
internal static class LiveKitParticipant
{
    /// <summary>
    /// The identity and nothing else identifies: it is in the token that we sign. The metadata has a <c>user_id</c> too, but whoever may change their own
    /// metadata could write another's into it.
    /// </summary>
    public static ParticipantIdentity Identity(JsonElement participant) =>
        new(Identity: JsonText.Id(participant, "identity"u8), Name: JsonText.Label(participant, "name"u8));

    /// <summary>
    /// Recorders, streams, cameras and agents. Whoever calls by telephone or through a messenger (SIP, CONNECTOR) is a person, and so is a kind that is not
    /// known yet: shown as a guest, they can still be told apart by somebody; left out, they cannot.
    /// </summary>
    public static bool IsMachine(JsonElement participant) =>
        JsonText.Read(participant, "kind"u8) is "INGRESS" or "1" or "EGRESS" or "2" or "AGENT" or "4" or "BRIDGE" or "8"
        // How servers said it before there were kinds.
        || (ProtoJson.Message(participant, "permission"u8) is { } permission
            && (ProtoJson.IsTrue(permission, "recorder"u8) || ProtoJson.IsTrue(permission, "agent"u8)));

    /// <summary>The connection moves to another server of the cluster under the same sid. Nobody leaves, and no join follows.</summary>
    public static bool IsMoving(JsonElement participant) =>
        JsonText.Read(participant, ProtoJson.Spelling(participant, "disconnectReason"u8, "disconnect_reason"u8)) is "MIGRATION" or "8";
}

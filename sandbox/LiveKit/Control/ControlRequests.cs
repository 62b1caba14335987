using Meetings.Contracts.LiveKit;

namespace Meetings.LiveKitSandbox.Control;

/// <summary>
/// Somebody comes, with the token that a client would come with. What is said of delivery is for the join alone, not for a room that it opens.
/// </summary>
internal sealed record JoinRequest : ControlRequest
{
    public string? Token { get; init; }

    /// <summary>The room that the client asks for; what the token says goes before it.</summary>
    public string? Room { get; init; }

    /// <summary>False: the media connection does not come to be, so nothing is told yet.</summary>
    public bool Connects { get; init; } = true;
}

/// <summary>Something happens to a connection.</summary>
internal record ParticipantRequest : ControlRequest
{
    /// <summary>Identity or sid.</summary>
    public string Participant { get; init; } = "";
}

internal sealed record LeaveRequest : ParticipantRequest
{
    public DisconnectReason Reason { get; init; } = DisconnectReason.ClientInitiated;
}

internal sealed record PublishRequest : ParticipantRequest
{
    public TrackSource Source { get; init; } = TrackSource.Microphone;
}

internal sealed record UnpublishRequest : ParticipantRequest
{
    public string TrackSid { get; init; } = "";
}

/// <summary>The room closes.</summary>
internal record EndRequest : ControlRequest
{
    /// <summary>Why those still there are told to have gone.</summary>
    public DisconnectReason Reason { get; init; } = DisconnectReason.RoomClosed;

    /// <summary>What becomes of the leaves' webhooks.</summary>
    public DeliveryFaults? LeavesDelivery { get; init; }
}

/// <summary>Who is where, as the control API answers it.</summary>
internal sealed record Connection(string Room, string RoomSid, string ParticipantSid, string Identity, ParticipantInfo.Types.State State);

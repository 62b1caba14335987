namespace Meetings.ZoomSandbox.Control;

/// <summary>Somebody comes: to the meeting, or to its waiting room.</summary>
internal sealed record JoinRequest : ControlRequest
{
    /// <summary>The name typed at the door. Without one, that of the user or registrant.</summary>
    public string? Name { get; init; }

    /// <summary>The e-mail that Zoom shows; none for a guest.</summary>
    public string? Email { get; init; }

    /// <summary>Id or e-mail of the account's user who is signed in.</summary>
    public string? UserId { get; init; }

    /// <summary>Registrant id or e-mail of who comes by a registrant's link.</summary>
    public string? Registrant { get; init; }

    public string? CustomerKey { get; init; }

    public string? Phone { get; init; }

    /// <summary>For the rehearsal's own notes; Zoom tells it to nobody.</summary>
    public string? Device { get; init; }
}

/// <summary>Something happens to a connection.</summary>
internal sealed record ConnectionRequest : ControlRequest
{
    /// <summary>participantUuid or userId that the join answered.</summary>
    public string Connection { get; init; } = "";

    /// <summary>Why, as Zoom words it: "Host ended the meeting.", "Network connection error." …</summary>
    public string? Reason { get; init; }

    /// <summary>Name of the breakout room.</summary>
    public string? Room { get; init; }

    /// <summary>Whether an admission is also told as leaving the waiting room. Which is true of Zoom is not established.</summary>
    public bool AlsoLeavesWaitingRoom { get; init; }
}

/// <summary>When the leaves of those who are still there arrive, seen from the end.</summary>
internal enum LeavesAtEnd { Before, After, Never }

/// <summary>The meeting ends for everybody.</summary>
internal sealed record EndRequest : ControlRequest
{
    public LeavesAtEnd Leaves { get; init; } = LeavesAtEnd.Before;

    /// <summary>What becomes of the leaves' webhooks.</summary>
    public DeliveryFaults? LeavesDelivery { get; init; }
}

/// <summary>Who is where, as the control API answers it.</summary>
internal sealed record Connection(string MeetingId, string SittingUuid, string ParticipantUuid, string UserId, string Place, DateTimeOffset At);

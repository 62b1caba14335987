namespace Meetings.ZoomSandbox.Meetings;

/// <summary>One sitting of a meeting; Zoom calls it an instance. Every start makes a new one, with a new uuid.</summary>
internal sealed class Sitting
{
    public required string Uuid { get; init; }
    public required DateTimeOffset StartedAt { get; init; }
    public DateTimeOffset? EndedAt { get; set; }
    public List<Stay> Stays { get; init; } = [];

    /// <summary>Breakout rooms by name, each with its uuid.</summary>
    public Dictionary<string, string> BreakoutRooms { get; init; } = [];
}

/// <summary>A person's stay in the meeting, its waiting room or a breakout room, over one connection: a row of the participants report.</summary>
internal sealed class Stay
{
    public required string UserId { get; init; }

    /// <summary>The same in the waiting room, the meeting and its breakout rooms; a new one after leaving and joining again.</summary>
    public required string ParticipantUuid { get; init; }

    public required string Name { get; init; }
    public required string Email { get; init; }

    /// <summary>Zoom user id of who is signed in; empty for a guest.</summary>
    public required string ZoomUserId { get; init; }

    public string? RegistrantId { get; init; }
    public string CustomerKey { get; init; } = "";
    public string Phone { get; init; } = "";
    public string Device { get; init; } = "";
    public required DateTimeOffset JoinedAt { get; init; }
    public DateTimeOffset? LeftAt { get; set; }
    public StayPlace Place { get; init; }
    public string? BreakoutUuid { get; init; }

    /// <summary>In-meeting id in the main room, for a stay in a breakout room.</summary>
    public string? ParentUserId { get; init; }

    /// <summary>The same person over the same connection, somewhere else from now on.</summary>
    public Stay MovedTo(StayPlace place, DateTimeOffset at, string? userId = null, string? breakoutUuid = null) => new()
    {
        UserId = userId ?? UserId,
        ParticipantUuid = ParticipantUuid,
        Name = Name,
        Email = Email,
        ZoomUserId = ZoomUserId,
        RegistrantId = RegistrantId,
        CustomerKey = CustomerKey,
        Phone = Phone,
        Device = Device,
        JoinedAt = at,
        Place = place,
        BreakoutUuid = breakoutUuid,
        ParentUserId = userId is null ? null : UserId,
    };
}

internal enum StayPlace { Meeting, WaitingRoom, BreakoutRoom }

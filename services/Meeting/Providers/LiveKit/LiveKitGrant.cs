namespace Meetings.Meeting.Providers.LiveKit;

/// <summary>What the bearer of a token may (PROTOCOLS D). What is false here is written as false where LiveKit would otherwise take it for true.</summary>
/// <param name="Room">The one room that it is about; null for what is about none.</param>
internal readonly record struct LiveKitGrant(string? Room = null)
{
    public bool RoomCreate { get; init; }
    public bool RoomList { get; init; }
    public bool RoomAdmin { get; init; }

    /// <summary>A participant's token; the three that follow mean something only in one.</summary>
    public bool RoomJoin { get; init; }
    public bool CanPublish { get; init; }
    public bool CanSubscribe { get; init; }

    /// <summary>Opens and closes rooms, of whatever name: LiveKit knows no narrower grant for it.</summary>
    public static LiveKitGrant Create => new() { RoomCreate = true };

    public static LiveKitGrant List => new() { RoomList = true };

    public static LiveKitGrant AdminOf(string room) => new(room) { RoomAdmin = true };
}

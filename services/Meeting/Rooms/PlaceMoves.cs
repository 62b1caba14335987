namespace Meetings.Meeting.Rooms;

/// <summary>Where a person stands before, or in, a room.</summary>
public enum PlaceStatus
{
    /// <summary>No host is there yet; what comes then was decided at the door.</summary>
    WaitingForHost,

    /// <summary>Somebody has to let them in.</summary>
    Waiting,

    /// <summary>May be in the room.</summary>
    Admitted,

    /// <summary>Refused, until somebody who may admit lifts it.</summary>
    Rejected,

    /// <summary>Went, or the room closed.</summary>
    Left,
}

/// <summary>What can happen to somebody's place. Coming (again) is <see cref="AdmissionDecision"/>'s.</summary>
internal enum PlaceMove
{
    /// <summary>A host came, and the door had decided that they walk in.</summary>
    HostCameWalksIn,

    /// <summary>A host came, and they are to be let in by somebody.</summary>
    HostCame,

    Admit,
    AdmitAll,
    Reject,
    Leave,
    WaitingRoomOff,
    RoomClosed,
}

/// <summary>The one state machine of places. Statements take from here which statuses they may change, and into which.</summary>
internal static class PlaceMoves
{
    // What is not in the table does not happen: the move is refused, or passes a place by.
    private static readonly Dictionary<(PlaceStatus From, PlaceMove Move), PlaceStatus> Table = new()
    {
        [(PlaceStatus.WaitingForHost, PlaceMove.HostCameWalksIn)] = PlaceStatus.Admitted,
        [(PlaceStatus.WaitingForHost, PlaceMove.HostCame)] = PlaceStatus.Waiting,
        [(PlaceStatus.WaitingForHost, PlaceMove.Admit)] = PlaceStatus.Admitted,
        [(PlaceStatus.WaitingForHost, PlaceMove.AdmitAll)] = PlaceStatus.Admitted,
        [(PlaceStatus.WaitingForHost, PlaceMove.Reject)] = PlaceStatus.Rejected,
        [(PlaceStatus.WaitingForHost, PlaceMove.Leave)] = PlaceStatus.Left,
        [(PlaceStatus.WaitingForHost, PlaceMove.RoomClosed)] = PlaceStatus.Left,

        [(PlaceStatus.Waiting, PlaceMove.Admit)] = PlaceStatus.Admitted,
        [(PlaceStatus.Waiting, PlaceMove.AdmitAll)] = PlaceStatus.Admitted,
        [(PlaceStatus.Waiting, PlaceMove.Reject)] = PlaceStatus.Rejected,
        [(PlaceStatus.Waiting, PlaceMove.Leave)] = PlaceStatus.Left,
        [(PlaceStatus.Waiting, PlaceMove.WaitingRoomOff)] = PlaceStatus.Admitted,
        [(PlaceStatus.Waiting, PlaceMove.RoomClosed)] = PlaceStatus.Left,

        // To put somebody out of the room is a command to the room, and no refusal at its door.
        [(PlaceStatus.Admitted, PlaceMove.Leave)] = PlaceStatus.Left,
        [(PlaceStatus.Admitted, PlaceMove.RoomClosed)] = PlaceStatus.Left,

        // Lifted by admitting; going away does not lift it.
        [(PlaceStatus.Rejected, PlaceMove.Admit)] = PlaceStatus.Admitted,
        [(PlaceStatus.Left, PlaceMove.Reject)] = PlaceStatus.Rejected,
    };

    /// <summary>Null when the move does not apply.</summary>
    public static PlaceStatus? After(PlaceStatus from, PlaceMove move) => Table.TryGetValue((from, move), out var to) ? to : null;

    /// <summary>The statuses, as stored, that a move changes.</summary>
    public static string[] From(PlaceMove move) => [.. Table.Keys.Where(key => key.Move == move).Select(key => key.From.Word())];

    /// <summary>The status, as stored, that a move changes them into.</summary>
    public static string To(PlaceMove move) => Table.First(row => row.Key.Move == move).Value.Word();
}

internal static class PlaceWords
{
    private static readonly Dictionary<PlaceStatus, string> Words = new()
    {
        [PlaceStatus.WaitingForHost] = "waiting_for_host",
        [PlaceStatus.Waiting] = "waiting",
        [PlaceStatus.Admitted] = "admitted",
        [PlaceStatus.Rejected] = "rejected",
        [PlaceStatus.Left] = "left",
    };

    /// <summary>As it stands in the API and in the database.</summary>
    public static string Word(this PlaceStatus status) => Words[status];

    public static PlaceStatus Status(string word) => Words.First(known => known.Value == word).Key;

    public static string Word(this PlaceRole role) => role.ToString().ToLowerInvariant();
}

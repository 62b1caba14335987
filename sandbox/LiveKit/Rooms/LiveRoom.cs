using Google.Protobuf;
using Meetings.Contracts.LiveKit;

namespace Meetings.LiveKitSandbox.Rooms;

/// <summary>A room that is open, with who is in it. Changed inside a change of <see cref="RoomStore"/> only.</summary>
internal sealed class LiveRoom(Room info, DateTimeOffset openedAt)
{
    /// <summary>What the room says about itself; its counts are made by <see cref="ToProto"/>.</summary>
    public Room Info { get; } = info;

    public string Name => Info.Name;

    public List<LiveParticipant> Participants { get; } = [];

    /// <summary>Of data that was sent here.</summary>
    public HashSet<ByteString> Nonces { get; } = [];

    /// <summary>By the server's clock, as all that decides when a room has been idle for too long.</summary>
    public DateTimeOffset OpenedAt { get; } = openedAt;

    public DateTimeOffset? FirstJoinedAt { get; set; }

    public DateTimeOffset? LastLeftAt { get; set; }

    public LiveParticipant? Find(string identity) => Participants.Find(p => p.Info.Identity == identity);

    public Room ToProto()
    {
        var room = Info.Clone();
        room.NumParticipants = (uint)Participants.Count(p => p.Counts);
        room.NumPublishers = (uint)Participants.Count(p => p.Info.IsPublisher);
        return room;
    }

    /// <summary>Whether nobody has been here for as long as the room waits. The server counts whole seconds.</summary>
    public bool IsIdle(DateTimeOffset now)
    {
        if (Participants.Exists(p => p.Counts)) return false;

        var (since, timeout) = FirstJoinedAt is not null && LastLeftAt is { } left ? (left, Info.DepartureTimeout) : (OpenedAt, Info.EmptyTimeout);
        return now.ToUnixTimeSeconds() - since.ToUnixTimeSeconds() >= timeout;
    }
}

/// <summary>Somebody in a room: one connection.</summary>
internal sealed class LiveParticipant(ParticipantInfo info)
{
    public ParticipantInfo Info { get; } = info;

    /// <summary>Tracks that an administrator has taken from this participant's view.</summary>
    public HashSet<string> Unsubscribed { get; } = new(StringComparer.Ordinal);

    /// <summary>Recorders and agents neither keep a room open nor count.</summary>
    public bool Counts => Info.Kind is not (ParticipantInfo.Types.Kind.Egress or ParticipantInfo.Types.Kind.Agent);

    /// <summary>Whether the connection came to be, and was told as joined.</summary>
    public bool IsActive => Info.State == ParticipantInfo.Types.State.Active;
}

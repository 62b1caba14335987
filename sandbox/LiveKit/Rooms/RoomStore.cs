using System.Diagnostics.CodeAnalysis;
using Meetings.Contracts.LiveKit;

namespace Meetings.LiveKitSandbox.Rooms;

/// <summary>
/// Everything the server remembers, in memory only as with one real node: a restart is a crash. One caller at a time, so that every answer is of one moment.
/// </summary>
internal sealed class RoomStore
{
    private readonly Lock _gate = new();
    private readonly RoomData _data = new();

    public T With<T>(Func<RoomData, T> act)
    {
        lock (_gate)
        {
            return act(_data);
        }
    }
}

internal sealed class RoomData
{
    private const int RememberedData = 10_000;

    private readonly LinkedList<SentData> _sent = [];

    /// <summary>By name, oldest first.</summary>
    public OrderedDictionary<string, LiveRoom> Rooms { get; } = new(StringComparer.Ordinal);

    /// <summary>What was sent to participants, oldest first.</summary>
    public IReadOnlyCollection<SentData> Sent => _sent;

    public LiveRoom? Find(string room) => Rooms.GetValueOrDefault(room);

    public bool Find(string room, string identity, [NotNullWhen(true)] out LiveRoom? found, [NotNullWhen(true)] out LiveParticipant? participant)
    {
        found = Find(room);
        participant = found?.Find(identity);
        return participant is not null;
    }

    public void Keep(SentData data)
    {
        _sent.AddLast(data);
        if (_sent.Count > RememberedData) _sent.RemoveFirst();
    }

    public void Clear()
    {
        Rooms.Clear();
        _sent.Clear();
    }
}

/// <summary>One call of SendData.</summary>
/// <param name="To">Identities of those in the room whom it reached.</param>
internal sealed record SentData(string Room, string RoomSid, SendDataRequest Request, IReadOnlyList<string> To, DateTimeOffset At);

using Meetings.Contracts.Sittings;

namespace Meetings.Meeting.Sittings;

/// <summary>What one event tells of a sitting.</summary>
/// <param name="RunningAt">A moment at which it was running.</param>
/// <param name="EndedAt">Its end.</param>
/// <param name="HeardAt">When it reached us.</param>
/// <param name="Connection">What happened to a connection of it, if that was the news.</param>
internal sealed record SittingNews(
    SittingKey Sitting, DateTimeOffset? RunningAt, DateTimeOffset? EndedAt, DateTimeOffset HeardAt, ConnectionNews? Connection = null)
{
    /// <summary>Its room is opened before anybody comes.</summary>
    public bool OpensEmpty { get; init; }

    /// <summary>What both tell, of the same sitting: nothing is forgotten, and the order does not matter.</summary>
    public SittingNews And(SittingNews other) => this with
    {
        RunningAt = Earlier(RunningAt, other.RunningAt),
        EndedAt = Later(EndedAt, other.EndedAt),
        HeardAt = HeardAt < other.HeardAt ? HeardAt : other.HeardAt,
    };

    internal static DateTimeOffset? Earlier(DateTimeOffset? one, DateTimeOffset? other) => one < other ? one : other ?? one;

    internal static DateTimeOffset? Later(DateTimeOffset? one, DateTimeOffset? other) => one > other ? one : other ?? one;
}

/// <summary>What happened to one connection.</summary>
internal sealed record ConnectionNews(string ConnectionId, ParticipantIdentity Who)
{
    public DateTimeOffset? JoinedAt { get; init; }

    /// <summary>When it came in, by the provider's clock or by ours, whichever is earlier: what we have heard of has happened.</summary>
    public DateTimeOffset? SeenAt { get; init; }
    public DateTimeOffset? LeftAt { get; init; }
    public StoredMove? Move { get; init; }
    public DateTimeOffset? MovedAt { get; init; }

    /// <summary>What both tell, of the same connection: the latest of each.</summary>
    public ConnectionNews And(ConnectionNews other)
    {
        var newer = (other.MovedAt, other.Move).CompareTo((MovedAt, Move)) > 0 ? other : this;
        return this with
        {
            JoinedAt = SittingNews.Later(JoinedAt, other.JoinedAt),
            SeenAt = SittingNews.Later(SeenAt, other.SeenAt),
            LeftAt = SittingNews.Later(LeftAt, other.LeftAt),
            Move = newer.Move,
            MovedAt = newer.MovedAt,
        };
    }
}

/// <summary>Moves in and out of the waiting room as they are stored. Of two at the same second the larger happened later; up to 1 one waits.</summary>
internal enum StoredMove : short
{
    Entered = 0,
    PutBack = 1,
    Left = 2,
    Admitted = 3,
}

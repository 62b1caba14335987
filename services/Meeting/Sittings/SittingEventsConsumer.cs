using MassTransit;
using Meetings.Contracts.Sittings;
using Meetings.Meeting.Providers;
using Meetings.ServiceDefaults.Data;

namespace Meetings.Meeting.Sittings;

/// <summary>What happens in sittings, as far as it concerns states and counts. Acknowledged when it is on disk.</summary>
internal sealed class SittingEventsConsumer(GroupCommit<SittingNews, bool> known, KnownProviders providers) :
    IConsumer<SittingStarted>, IConsumer<SittingEnded>, IConsumer<ParticipantJoined>, IConsumer<ParticipantLeft>, IConsumer<WaitingRoomMoved>
{
    public Task Consume(ConsumeContext<SittingStarted> context)
    {
        var started = context.Message;
        // Of a room that is opened before anybody comes, the first who comes is the first sign.
        var opensEmpty = providers[started.Sitting.Provider].OpensEmpty;
        return WriteAsync(new SittingNews(started.Sitting, opensEmpty ? null : started.At, EndedAt: null, started.ReceivedAt), context);
    }

    public Task Consume(ConsumeContext<SittingEnded> context)
    {
        var ended = context.Message;
        return WriteAsync(new SittingNews(ended.Sitting, RunningAt: null, ended.At, ended.ReceivedAt), context);
    }

    /// <summary>Someone in a sitting is a sign that it runs, also when nobody told of its start.</summary>
    public Task Consume(ConsumeContext<ParticipantJoined> context)
    {
        var joined = context.Message;
        return WriteAsync(
            new SittingNews(
                joined.Sitting, joined.At, EndedAt: null, joined.ReceivedAt,
                new ConnectionNews(joined.ConnectionId, joined.Who) { JoinedAt = joined.At, SeenAt = SittingNews.Earlier(joined.At, joined.ReceivedAt) }), context);
    }

    public Task Consume(ConsumeContext<ParticipantLeft> context)
    {
        var left = context.Message;
        return WriteAsync(
            new SittingNews(left.Sitting, left.At, EndedAt: null, left.ReceivedAt, new ConnectionNews(left.ConnectionId, left.Who) { LeftAt = left.At }), context);
    }

    /// <summary>People wait for a meeting that has not begun, too: this is no sign that it runs.</summary>
    public Task Consume(ConsumeContext<WaitingRoomMoved> context)
    {
        var moved = context.Message;
        return WriteAsync(
            new SittingNews(
                moved.Sitting, RunningAt: null, EndedAt: null, moved.ReceivedAt,
                new ConnectionNews(moved.ConnectionId, moved.Who) { Move = Stored(moved.Move), MovedAt = moved.At }), context);
    }

    private Task<bool> WriteAsync(SittingNews news, ConsumeContext context) =>
        known.WriteAsync(news with { OpensEmpty = providers[news.Sitting.Provider].OpensEmpty }, context.CancellationToken);

    private static StoredMove Stored(WaitingRoomMove move) => move switch
    {
        WaitingRoomMove.Entered => StoredMove.Entered,
        WaitingRoomMove.PutBack => StoredMove.PutBack,
        WaitingRoomMove.Left => StoredMove.Left,
        WaitingRoomMove.Admitted => StoredMove.Admitted,
        _ => throw new ArgumentOutOfRangeException(nameof(move), move, "Not a move of the waiting room."),
    };
}

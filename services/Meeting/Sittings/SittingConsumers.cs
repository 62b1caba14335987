using MassTransit;
using Meetings.Contracts.Sittings;

namespace Meetings.Meeting.Sittings;

internal sealed class SittingStartedConsumer(SittingFacts facts) : IConsumer<SittingStarted>
{
    public Task Consume(ConsumeContext<SittingStarted> context) => facts.AddAsync(
        context.Message.Sitting, context.Message.At, endedAt: null, context.Message.ReceivedAt, person: null, context.CancellationToken);
}

internal sealed class SittingEndedConsumer(SittingFacts facts) : IConsumer<SittingEnded>
{
    public Task Consume(ConsumeContext<SittingEnded> context) => facts.AddAsync(
        context.Message.Sitting, startedAt: null, context.Message.At, context.Message.ReceivedAt, person: null, context.CancellationToken);
}

/// <summary>Someone in a sitting is a sign that it runs, also when nobody told of its start.</summary>
internal sealed class ParticipantJoinedConsumer(SittingFacts facts) : IConsumer<ParticipantJoined>
{
    public Task Consume(ConsumeContext<ParticipantJoined> context)
    {
        var joined = context.Message;
        return facts.AddAsync(
            joined.Sitting, joined.At, endedAt: null, joined.ReceivedAt,
            new ConnectionFact(joined.ConnectionId, joined.Who) { JoinedAt = joined.At }, context.CancellationToken);
    }
}

internal sealed class ParticipantLeftConsumer(SittingFacts facts) : IConsumer<ParticipantLeft>
{
    public Task Consume(ConsumeContext<ParticipantLeft> context)
    {
        var left = context.Message;
        return facts.AddAsync(
            left.Sitting, left.At, endedAt: null, left.ReceivedAt,
            new ConnectionFact(left.ConnectionId, left.Who) { LeftAt = left.At }, context.CancellationToken);
    }
}

/// <summary>People wait for a meeting that has not begun, too: this is no sign that it runs.</summary>
internal sealed class WaitingRoomMovedConsumer(SittingFacts facts) : IConsumer<WaitingRoomMoved>
{
    public Task Consume(ConsumeContext<WaitingRoomMoved> context)
    {
        var moved = context.Message;
        return facts.AddAsync(
            moved.Sitting, startedAt: null, endedAt: null, moved.ReceivedAt,
            new ConnectionFact(moved.ConnectionId, moved.Who) { Move = Stored(moved.Move), MovedAt = moved.At }, context.CancellationToken);
    }

    private static StoredMove Stored(WaitingRoomMove move) => move switch
    {
        WaitingRoomMove.Entered => StoredMove.Entered,
        WaitingRoomMove.PutBack => StoredMove.PutBack,
        WaitingRoomMove.Left => StoredMove.Left,
        WaitingRoomMove.Admitted => StoredMove.Admitted,
        _ => throw new ArgumentOutOfRangeException(nameof(move), move, "Not a move of the waiting room."),
    };
}

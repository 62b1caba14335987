using MassTransit;
using Meetings.Attendance.Ledger;
using Meetings.Contracts.Sittings;
using Meetings.ServiceDefaults.Data;

namespace Meetings.Attendance.Recording;

/// <summary>
/// What happened in sittings becomes facts. Acknowledged when it is on disk; a repeat finds its fact there, so no inbox is needed.
/// </summary>
internal sealed class SittingEventsConsumer(GroupCommit<ToldFact, bool> ledger) :
    IConsumer<SittingStarted>, IConsumer<SittingEnded>, IConsumer<ParticipantJoined>, IConsumer<ParticipantLeft>, IConsumer<WaitingRoomMoved>
{
    public Task Consume(ConsumeContext<SittingStarted> context)
    {
        var message = context.Message;
        return WriteAsync(message.Sitting, "", FactKind.SittingStarted, message.At, Fact.Nobody, message.DeliveryId, message.ReceivedAt, context.CancellationToken);
    }

    public Task Consume(ConsumeContext<SittingEnded> context)
    {
        var message = context.Message;
        return WriteAsync(message.Sitting, "", FactKind.SittingEnded, message.At, Fact.Nobody, message.DeliveryId, message.ReceivedAt, context.CancellationToken);
    }

    public Task Consume(ConsumeContext<ParticipantJoined> context)
    {
        var message = context.Message;
        return WriteAsync(
            message.Sitting, message.ConnectionId, FactKind.Joined, message.At, message.Who, message.DeliveryId, message.ReceivedAt, context.CancellationToken);
    }

    public Task Consume(ConsumeContext<ParticipantLeft> context)
    {
        var message = context.Message;
        return WriteAsync(
            message.Sitting, message.ConnectionId, FactKind.Left, message.At, message.Who, message.DeliveryId, message.ReceivedAt, context.CancellationToken);
    }

    public Task Consume(ConsumeContext<WaitingRoomMoved> context)
    {
        var message = context.Message;
        var kind = message.Move switch
        {
            WaitingRoomMove.Entered => FactKind.WaitingEntered,
            WaitingRoomMove.Admitted => FactKind.WaitingAdmitted,
            WaitingRoomMove.Left => FactKind.WaitingLeft,
            WaitingRoomMove.PutBack => FactKind.WaitingPutBack,
            _ => throw new InvalidOperationException($"No move is numbered {(int)message.Move}."),
        };
        return WriteAsync(message.Sitting, message.ConnectionId, kind, message.At, message.Who, message.DeliveryId, message.ReceivedAt, context.CancellationToken);
    }

    private Task<bool> WriteAsync(
        SittingKey sitting, string connection, FactKind kind, DateTimeOffset at, ParticipantIdentity who, Guid delivery, DateTimeOffset receivedAt, CancellationToken ct) =>
        ledger.WriteAsync(new ToldFact(sitting, new Fact(sitting.SittingId, connection, kind, at, FactSource.Webhook, who), delivery, receivedAt), ct);
}

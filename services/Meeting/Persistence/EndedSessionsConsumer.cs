using MassTransit;
using Meetings.Contracts.Meetings;

namespace Meetings.Meeting.Persistence;

/// <summary>A session that is over is forgotten. Where Redis cannot be reached then, it forgets by itself half an hour later.</summary>
internal sealed class EndedSessionsConsumer(SessionPersistence sessions) : IConsumer<MeetingChanged>
{
    public Task Consume(ConsumeContext<MeetingChanged> context)
    {
        var meeting = context.Message;
        // Between two dates of a series the one that was held is over, too.
        var isOver = meeting.State is "ended" or "finalised" or "cancelled" || meeting.DeletedAt is not null || (meeting.Occurrences.Count > 1 && meeting.State is "scheduled");
        return isOver ? sessions.ForgetAsync(meeting.MeetingId, context.CancellationToken) : Task.CompletedTask;
    }
}

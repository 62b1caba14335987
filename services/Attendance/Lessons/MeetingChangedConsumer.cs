using MassTransit;
using Meetings.Contracts.Meetings;

namespace Meetings.Attendance.Lessons;

/// <summary>Keeps the copy of meetings. Versions make repeats and late ones harmless, so no inbox is needed.</summary>
internal sealed class MeetingChangedConsumer(RememberMeeting remember) : IConsumer<MeetingChanged>
{
    public Task Consume(ConsumeContext<MeetingChanged> context) => remember.HandleAsync(context.Message, context.CancellationToken);
}

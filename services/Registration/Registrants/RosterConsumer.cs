using MassTransit;
using Meetings.Contracts.Directory;
using Meetings.Contracts.Meetings;
using Meetings.ServiceDefaults.Data;

namespace Meetings.Registration.Registrants;

/// <summary>
/// Registers by itself whom the roster of a class and its meetings say: at every change of either. Rosters are this service's own; that it hears of them as
/// everybody else does keeps the work out of the enrolment.
/// </summary>
internal sealed class RosterConsumer(Database db, TimeProvider clock) : IConsumer<MeetingChanged>, IConsumer<ClassChanged>
{
    public async Task Consume(ConsumeContext<MeetingChanged> context)
    {
        await using var session = await db.BeginAsServiceAsync(context.CancellationToken);
        await KnownMeetings.KeepAsync(session, context.Message, clock.GetUtcNow(), context.CancellationToken);
        await session.CommitAsync(context.CancellationToken);
    }

    public async Task Consume(ConsumeContext<ClassChanged> context)
    {
        await using var session = await db.BeginAsServiceAsync(context.CancellationToken);
        await RosterRegistration.LockAsync(session, [context.Message.ClassId], context.CancellationToken);
        await RosterRegistration.ClassChangedAsync(session, context.Message.ClassId, clock.GetUtcNow(), context.CancellationToken);
        await session.CommitAsync(context.CancellationToken);
    }
}

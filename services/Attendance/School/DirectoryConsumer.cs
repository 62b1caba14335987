using MassTransit;
using Meetings.Contracts.Directory;
using Meetings.ServiceDefaults.Data;

namespace Meetings.Attendance.School;

/// <summary>Keeps the copies of the school directory. Versions make repeats and late ones harmless, so no inbox is needed.</summary>
internal sealed class DirectoryConsumer(Database db) : IConsumer<AcademyChanged>, IConsumer<PersonChanged>, IConsumer<ClassChanged>
{
    public async Task Consume(ConsumeContext<AcademyChanged> context)
    {
        await using var session = await db.BeginAsServiceAsync(context.CancellationToken);
        await DirectoryStore.KeepAsync(session, context.Message, context.CancellationToken);
        await session.CommitAsync(context.CancellationToken);
    }

    public async Task Consume(ConsumeContext<PersonChanged> context)
    {
        await using var session = await db.BeginAsServiceAsync(context.CancellationToken);
        await DirectoryStore.KeepAsync(session, [context.Message], context.CancellationToken);
        await session.CommitAsync(context.CancellationToken);
    }

    public async Task Consume(ConsumeContext<ClassChanged> context)
    {
        await using var session = await db.BeginAsServiceAsync(context.CancellationToken);
        await DirectoryStore.KeepAsync(session, context.Message, context.CancellationToken);
        await session.CommitAsync(context.CancellationToken);
    }
}

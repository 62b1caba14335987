using MassTransit;
using Meetings.Contracts.Directory;
using Meetings.ServiceDefaults.Data;

namespace Meetings.Meeting.Directory;

/// <summary>Keeps the copy of academies. Versions make it idempotent, here and below: no inbox is needed.</summary>
public sealed class AcademyChangedConsumer(Database db) : IConsumer<AcademyChanged>
{
    public async Task Consume(ConsumeContext<AcademyChanged> context)
    {
        await using var session = await db.BeginAsServiceAsync(context.CancellationToken);
        await DirectoryCopy.SaveAsync(session, context.Message, context.CancellationToken);
        await session.CommitAsync(context.CancellationToken);
    }
}

/// <summary>Keeps the copy of people and of whose guardian they are.</summary>
public sealed class PersonChangedConsumer(Database db) : IConsumer<PersonChanged>
{
    public async Task Consume(ConsumeContext<PersonChanged> context)
    {
        await using var session = await db.BeginAsServiceAsync(context.CancellationToken);
        await DirectoryCopy.SaveAsync(session, context.Message, context.CancellationToken);
        await session.CommitAsync(context.CancellationToken);
    }
}

/// <summary>Keeps the copy of classes and their rosters.</summary>
public sealed class ClassChangedConsumer(Database db) : IConsumer<ClassChanged>
{
    public async Task Consume(ConsumeContext<ClassChanged> context)
    {
        await using var session = await db.BeginAsServiceAsync(context.CancellationToken);
        await DirectoryCopy.SaveAsync(session, context.Message, context.CancellationToken);
        await session.CommitAsync(context.CancellationToken);
    }
}

using MassTransit;
using Meetings.Contracts.Directory;

namespace Meetings.Attendance.School;

/// <summary>Keeps the copies of the school directory. Versions make repeats and late ones harmless, so no inbox is needed.</summary>
internal sealed class DirectoryConsumer(RememberSchool remember) : IConsumer<AcademyChanged>, IConsumer<PersonChanged>, IConsumer<ClassChanged>
{
    public Task Consume(ConsumeContext<AcademyChanged> context) => remember.HandleAsync(context.Message, context.CancellationToken);

    public Task Consume(ConsumeContext<PersonChanged> context) => remember.HandleAsync([context.Message], context.CancellationToken);

    public Task Consume(ConsumeContext<ClassChanged> context) => remember.HandleAsync(context.Message, [], context.CancellationToken);
}

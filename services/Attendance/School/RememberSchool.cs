using Meetings.Attendance.Calculation;
using Meetings.Contracts.Directory;
using Meetings.ServiceDefaults.Data;
using Microsoft.Extensions.Options;

namespace Meetings.Attendance.School;

/// <summary>Keeps the copies of the school directory, and plans the calculation of the lessons that a change concerns, final ones included.</summary>
internal sealed class RememberSchool(Database db, CalculationSignal signal, TimeProvider clock, IOptions<AttendanceOptions> options)
{
    /// <summary>Keeps the highest version. Another policy holds for lessons that are finalised from now on, so nothing is planned.</summary>
    public async Task HandleAsync(AcademyChanged academy, CancellationToken ct)
    {
        await using var session = await db.BeginAsServiceAsync(ct);
        await DirectoryStore.KeepAsync(session, academy, ct);
        await session.CommitAsync(ct);
    }

    /// <summary>Keeps the highest version of each.</summary>
    public async Task HandleAsync(IReadOnlyCollection<PersonChanged> people, CancellationToken ct)
    {
        var due = Due();
        await using var session = await db.BeginAsServiceAsync(ct);
        var planned = await KeepAsync(session, people, due, ct);
        await session.CommitAsync(ct);
        if (planned > 0) signal.WakeAt(due);
    }

    /// <summary>Keeps the highest version, of the class and of the people that were told with it.</summary>
    public async Task HandleAsync(ClassChanged told, IReadOnlyCollection<PersonChanged> people, CancellationToken ct)
    {
        var due = Due();
        await using var session = await db.BeginAsServiceAsync(ct);
        await SchoolLock.ForChangeAsync(session, [told.AcademyId], ct);
        var planned = 0;
        if (await DirectoryStore.TryKeepAsync(session, told, ct))
        {
            // Before the roster is replaced: what differs is what concerns.
            planned = await ConcernedLessons.PlanAsync(session, told, due, ct);
            await DirectoryStore.ReplaceMembersAsync(session, told, ct);
        }

        planned += await KeepAsync(session, people, due, ct);
        await session.CommitAsync(ct);
        if (planned > 0) signal.WakeAt(due);
    }

    private static async Task<int> KeepAsync(DatabaseSession session, IReadOnlyCollection<PersonChanged> people, DateTimeOffset due, CancellationToken ct)
    {
        if (people.Count == 0) return 0;
        await SchoolLock.ForChangeAsync(session, people.Select(person => person.AcademyId).OfType<Guid>(), ct);
        var recognisable = await DirectoryStore.KeepAsync(session, people, ct);
        return await ConcernedLessons.PlanAsync(session, recognisable, due, ct);
    }

    // What comes in a burst, such as an import, is calculated once.
    private DateTimeOffset Due() => clock.GetUtcNow() + options.Value.LateFactDelay;
}

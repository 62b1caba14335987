using Meetings.ServiceDefaults.Data;

namespace Meetings.Registration.Publishing;

/// <summary>
/// Gives what changed its next version and publishes its whole state, in the transaction of the change. The version is raised first: that locks the
/// row, so the state read after it is the one that this version names, also when two changes meet.
/// </summary>
internal static class DirectoryChanges
{
    /// <param name="session">One that sees all of what changed, since an event tells all of it: the service's own, or an admin's.</param>
    public static async Task PublishAsync(
        DatabaseSession session, IReadOnlyCollection<Guid> academies, IReadOnlyCollection<Guid> people, IReadOnlyCollection<Guid> classes,
        CancellationToken ct)
    {
        if (academies.Count > 0)
        {
            await session.ExecuteAsync(RaiseAcademies, new { ids = academies.ToArray() }, ct);
            foreach (var academy in await DirectoryReader.AcademiesAsync(session, academies, ct)) session.Publish(academy);
        }

        if (people.Count > 0)
        {
            await session.ExecuteAsync(RaisePeople, new { ids = people.ToArray() }, ct);
            foreach (var person in await DirectoryReader.PeopleAsync(session, people, ct)) session.Publish(person);
        }

        if (classes.Count > 0)
        {
            await session.ExecuteAsync(RaiseClasses, new { ids = classes.ToArray() }, ct);
            foreach (var changed in await DirectoryReader.ClassesAsync(session, classes, ct)) session.Publish(changed);
        }
    }

    private const string RaiseAcademies = "update academy set version = version + 1 where id = any(@ids)";

    private const string RaisePeople = "update person set version = version + 1 where id = any(@ids)";

    private const string RaiseClasses = "update class set version = version + 1 where id = any(@ids)";
}

using Grpc.Core;
using Meetings.Contracts.Directory;
using Meetings.Contracts.Directory.V1;
using Meetings.ServiceDefaults.Data;

namespace Meetings.Meeting.Directory;

/// <summary>The directory cannot be asked now, and the read copy does not know.</summary>
internal sealed class DirectoryUnavailableException(Exception inner) : Exception("The school directory does not answer.", inner);

/// <summary>Asks Registration for what the read copy misses, and remembers the answer.</summary>
internal sealed class SchoolDirectoryReader(SchoolDirectory.SchoolDirectoryClient directory, Database db)
{
    /// <summary>Brings a class and the people on its roster into the copy. False when there is no such class.</summary>
    /// <exception cref="DirectoryUnavailableException"/>
    public Task<bool> FetchClassAsync(Guid classId, CancellationToken ct) => FetchAsync(
        async () => await directory.GetClassAsync(new GetClassRequest { ClassId = classId.ToString() }, cancellationToken: ct),
        async (session, answer) =>
        {
            await DirectoryCopy.SaveAsync(session, answer.Class.ToChange(), ct);
            await SaveAsync(session, answer.People, ct);
        }, ct);

    /// <inheritdoc cref="FetchClassAsync"/>
    public Task<bool> FetchAcademyAsync(Guid academyId, CancellationToken ct) => FetchAsync(
        async () => await directory.GetAcademyAsync(new GetAcademyRequest { AcademyId = academyId.ToString() }, cancellationToken: ct),
        (session, academy) => DirectoryCopy.SaveAsync(session, academy.ToChange(), ct), ct);

    /// <inheritdoc cref="FetchClassAsync"/>
    public Task<bool> FetchPersonAsync(Guid personId, CancellationToken ct) => FetchAsync(
        async () => await directory.LookUpPeopleAsync(new LookUpPeopleRequest { PersonIds = { personId.ToString() } }, cancellationToken: ct),
        (session, answer) => SaveAsync(session, answer.People, ct), ct);

    // Asked first: no connection to the database is held while a sibling thinks.
    private async Task<bool> FetchAsync<T>(Func<Task<T>> ask, Func<DatabaseSession, T, Task> save, CancellationToken ct)
    {
        try
        {
            var answer = await ask();
            await using var session = await db.BeginAsServiceAsync(ct);
            await save(session, answer);
            await session.CommitAsync(ct);
            return true;
        }
        catch (RpcException e) when (e.StatusCode is StatusCode.NotFound)
        {
            return false;
        }
        catch (RpcException e) when (!ct.IsCancellationRequested)
        {
            throw new DirectoryUnavailableException(e);
        }
    }

    // In one order everywhere, so that two who save the same people wait for one another instead of deadlocking.
    private static async Task SaveAsync(DatabaseSession session, IEnumerable<Person> people, CancellationToken ct)
    {
        foreach (var person in people.OrderBy(person => person.PersonId, StringComparer.Ordinal)) await DirectoryCopy.SaveAsync(session, person.ToChange(), ct);
    }
}

using Meetings.Meeting.Access;
using Meetings.Meeting.Directory;
using Meetings.ServiceDefaults.Data;

namespace Meetings.Meeting.Scheduling;

/// <summary>Someone who can hold a meeting.</summary>
/// <param name="Email">By which the provider knows them; personal data, never logged.</param>
internal sealed record PossibleHost(Guid PersonId, string Name, string Email);

/// <summary>Finds people who are to hold a meeting, own it or help with it.</summary>
internal sealed class HostFinder(Database db, SchoolDirectoryReader directory)
{
    private sealed record Person(Guid PersonId, Guid? AcademyId, string Name, string Email, string[] Roles);

    /// <returns>Null when one of them cannot hold meetings of this academy; in the order of the ids.</returns>
    /// <exception cref="DirectoryUnavailableException">Who is missing cannot be asked for now.</exception>
    public async Task<IReadOnlyList<PossibleHost>?> FindAsync(Guid academyId, IReadOnlyCollection<Guid> ids, CancellationToken ct)
    {
        var known = await ReadAsync(academyId, ids, ct);
        var missing = ids.Where(id => !known.ContainsKey(id)).ToList();
        if (missing.Count > 0)
        {
            // Someone may have become a teacher a moment ago: a refusal is worth one more question.
            foreach (var id in missing) await directory.FetchPersonAsync(id, ct);
            known = await ReadAsync(academyId, ids, ct);
        }

        return ids.All(known.ContainsKey) ? [.. ids.Select(id => known[id])] : null;
    }

    private async Task<Dictionary<Guid, PossibleHost>> ReadAsync(Guid academyId, IReadOnlyCollection<Guid> ids, CancellationToken ct)
    {
        await using var session = await db.BeginAsServiceAsync(ct);
        var people = await session.QueryAsync<Person>(Read, new { Ids = ids.ToArray() }, ct);
        return people.Where(person => person.AcademyId == academyId && MeetingAccess.MayHost(person.Roles))
            .ToDictionary(person => person.PersonId, person => new PossibleHost(person.PersonId, person.Name, person.Email));
    }

    private const string Read = "select person_id, academy_id, name, email, roles from person where person_id = any(@Ids)";
}

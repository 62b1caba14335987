using System.Globalization;
using Grpc.Core;
using Meetings.Contracts.Directory;
using Meetings.Contracts.Directory.V1;
using Meetings.ServiceDefaults.Data;
using ClassMember = Meetings.Contracts.Directory.ClassMember;

namespace Meetings.Meeting.Directory;

/// <summary>The directory cannot be asked now, and the read copy does not know.</summary>
internal sealed class DirectoryUnavailableException(Exception inner) : Exception("The school directory does not answer.", inner);

/// <summary>Asks Registration for what the read copy misses, and remembers the answer.</summary>
internal sealed class SchoolDirectoryReader(SchoolDirectory.SchoolDirectoryClient directory, Database db)
{
    /// <summary>Brings a class and the people on its roster into the copy. False when there is no such class.</summary>
    /// <exception cref="DirectoryUnavailableException"/>
    public Task<bool> FetchClassAsync(Guid classId, CancellationToken ct) => FetchAsync(async session =>
    {
        var answer = await directory.GetClassAsync(new GetClassRequest { ClassId = classId.ToString() }, cancellationToken: ct);
        await DirectoryCopy.SaveAsync(session, Changed(answer.Class), ct);
        foreach (var person in answer.People) await DirectoryCopy.SaveAsync(session, Changed(person), ct);
    }, ct);

    /// <inheritdoc cref="FetchClassAsync"/>
    public Task<bool> FetchAcademyAsync(Guid academyId, CancellationToken ct) => FetchAsync(async session =>
    {
        var academy = await directory.GetAcademyAsync(new GetAcademyRequest { AcademyId = academyId.ToString() }, cancellationToken: ct);
        await DirectoryCopy.SaveAsync(
            session,
            new AcademyChanged(
                Guid.Parse(academy.AcademyId), academy.Version, academy.Slug, academy.Name, academy.TimeZone, [.. academy.EmailDomains], academy.AttendancePolicy),
            ct);
    }, ct);

    /// <inheritdoc cref="FetchClassAsync"/>
    public Task<bool> FetchPersonAsync(Guid personId, CancellationToken ct) => FetchAsync(async session =>
    {
        var answer = await directory.LookUpPeopleAsync(new LookUpPeopleRequest { PersonIds = { personId.ToString() } }, cancellationToken: ct);
        foreach (var person in answer.People) await DirectoryCopy.SaveAsync(session, Changed(person), ct);
    }, ct);

    private async Task<bool> FetchAsync(Func<DatabaseSession, Task> fetch, CancellationToken ct)
    {
        try
        {
            await using var session = await db.BeginAsServiceAsync(ct);
            await fetch(session);
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

    private static ClassChanged Changed(Class found) => new(
        Guid.Parse(found.ClassId), found.Version, Guid.Parse(found.AcademyId), found.Name, found.Kind,
        found.AttendancePolicy is { Length: > 0 } policy ? policy : null,
        [.. found.Members.Select(member => new ClassMember(
            Guid.Parse(member.PersonId), member.Role, Date(member.From), member.To is { Length: > 0 } to ? Date(to) : null))]);

    private static PersonChanged Changed(Person person) => new(
        Guid.Parse(person.PersonId), person.Version, person.AcademyId is { Length: > 0 } academy ? Guid.Parse(academy) : null, person.Name, person.Email,
        [.. person.Roles], [.. person.Children.Select(Guid.Parse)]);

    private static DateOnly Date(string text) => DateOnly.ParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture);
}

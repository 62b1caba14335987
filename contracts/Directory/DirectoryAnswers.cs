using System.Globalization;
using Meetings.Contracts.Directory.V1;

namespace Meetings.Contracts.Directory;

/// <summary>What the directory answers by gRPC, as the event that tells the same: a service remembers both in one way.</summary>
public static class DirectoryAnswers
{
    public static AcademyChanged ToChange(this Academy academy) => new(
        Guid.Parse(academy.AcademyId), academy.Version, academy.Slug, academy.Name, academy.TimeZone, [.. academy.EmailDomains], academy.AttendancePolicy);

    public static PersonChanged ToChange(this Person person) => new(
        Guid.Parse(person.PersonId), person.Version, person.AcademyId.Length > 0 ? Guid.Parse(person.AcademyId) : null, person.Name, person.Email,
        [.. person.Roles], [.. person.Children.Select(Guid.Parse)]);

    public static ClassChanged ToChange(this Class found) => new(
        Guid.Parse(found.ClassId), found.Version, Guid.Parse(found.AcademyId), found.Name, found.Kind, found.AttendancePolicy.Length > 0 ? found.AttendancePolicy : null,
        [.. found.Members.Select(member => new ClassMember(
            Guid.Parse(member.PersonId), member.Role, Date(member.From), member.To.Length > 0 ? Date(member.To) : null))]);

    private static DateOnly Date(string text) => DateOnly.ParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture);
}

using System.Globalization;
using Meetings.Contracts.Directory;
using Meetings.Contracts.Directory.V1;

namespace Meetings.Registration.Grpc;

/// <summary>States as gRPC spells them.</summary>
internal static class DirectoryProtos
{
    public static Academy ToProto(this AcademyChanged academy) => new()
    {
        AcademyId = academy.AcademyId.ToString(),
        Version = academy.Version,
        Slug = academy.Slug,
        Name = academy.Name,
        TimeZone = academy.TimeZone,
        EmailDomains = { academy.EmailDomains },
        AttendancePolicy = academy.AttendancePolicy,
    };

    public static Person ToProto(this PersonChanged person) => new()
    {
        PersonId = person.PersonId.ToString(),
        Version = person.Version,
        AcademyId = person.AcademyId?.ToString() ?? "",
        Name = person.Name,
        Email = person.Email,
        Roles = { person.Roles },
        Children = { person.Children.Select(child => child.ToString()) },
    };

    public static Class ToProto(this ClassChanged changed) => new()
    {
        ClassId = changed.ClassId.ToString(),
        Version = changed.Version,
        AcademyId = changed.AcademyId.ToString(),
        Name = changed.Name,
        Kind = changed.Kind,
        AttendancePolicy = changed.AttendancePolicy ?? "",
        Members = { changed.Members.Select(ToProto) },
    };

    private static Member ToProto(ClassMember member) => new()
    {
        PersonId = member.PersonId.ToString(),
        Role = member.Role,
        From = Iso(member.From),
        To = member.To is { } to ? Iso(to) : "",
    };

    private static string Iso(DateOnly date) => date.ToString("O", CultureInfo.InvariantCulture);
}

namespace Meetings.Registration.Import;

/// <summary>A checked document as rows, ready to be written in sets.</summary>
public sealed record SchoolRows(
    IReadOnlyList<SchoolRows.Academy> Academies, IReadOnlyList<SchoolRows.Person> People, IReadOnlyList<SchoolRows.Guardian> Guardians,
    IReadOnlyList<SchoolRows.SchoolClass> Classes, IReadOnlyList<SchoolRows.Enrolment> Enrolments)
{
    public sealed record Academy(Guid Id, string Slug, string Name, string TimeZone, IReadOnlyList<string> EmailDomains, string AttendancePolicy);

    public sealed record Person(Guid Id, Guid? AcademyId, string Name, string Email, IReadOnlyList<string> Roles);

    public sealed record Guardian(Guid AcademyId, string Parent, string Child);

    public sealed record SchoolClass(Guid Id, Guid AcademyId, string Key, string Name, string Kind, string? AttendancePolicy);

    /// <param name="Path">Where it stands in the document, for what only the database can find wrong with it.</param>
    public sealed record Enrolment(
        Guid Id, Guid AcademyId, string ClassKey, string Person, string Role, DateOnly FromDate, DateOnly? ToDate, string Path);
}

namespace Meetings.Registration.Import;

/// <summary>
/// Academies with their people, classes, enrolments and guardians, as an import brings them. What it names is added or brought up to date; what it
/// does not name stays as it is. People are named by e-mail, classes by key; whom a document refers to it also contains.
/// </summary>
/// <param name="Academies">Each with all that is in it.</param>
/// <param name="People">Who belongs to no academy: super admins.</param>
public sealed record SchoolDocument(IReadOnlyList<SchoolDocument.Academy>? Academies, IReadOnlyList<SchoolDocument.Person>? People)
{
    /// <param name="Slug">Lower case letters, digits and hyphens; names the academy for ever.</param>
    /// <param name="TimeZone">IANA id, such as <c>Asia/Manila</c>.</param>
    /// <param name="EmailDomains">Whose people may be enrolled, subdomains included; none means any.</param>
    /// <param name="AttendancePolicy">Name of a policy, such as <c>deped-15</c>.</param>
    public sealed record Academy(
        string? Slug, string? Name, string? TimeZone, IReadOnlyList<string>? EmailDomains, string? AttendancePolicy,
        IReadOnlyList<Person>? People, IReadOnlyList<Guardian>? Guardians, IReadOnlyList<SchoolClass>? Classes);

    public sealed record Person(string? Email, string? Name, IReadOnlyList<string>? Roles);

    /// <param name="Parent">E-mail of a person with the role parent.</param>
    /// <param name="Child">E-mail of a person with the role student.</param>
    public sealed record Guardian(string? Parent, string? Child);

    /// <param name="Key">What the source calls it; unique in the academy and never changed.</param>
    /// <param name="AttendancePolicy">Overrides the academy's when set.</param>
    public sealed record SchoolClass(string? Key, string? Name, string? Kind, string? AttendancePolicy, IReadOnlyList<Enrolment>? Enrolments);

    /// <param name="Person">E-mail.</param>
    /// <param name="Role"><c>teacher</c> or <c>student</c>.</param>
    /// <param name="From">First day, included, on the academy's calendar.</param>
    /// <param name="To">Last day, included; null while it lasts.</param>
    public sealed record Enrolment(string? Person, string? Role, DateOnly? From, DateOnly? To);
}

/// <summary>Something in a document that cannot be imported.</summary>
/// <param name="Path">Where, such as <c>academies[0].people[3].email</c>.</param>
/// <param name="Message">What is wrong with it.</param>
public sealed record ImportError(string Path, string Message);

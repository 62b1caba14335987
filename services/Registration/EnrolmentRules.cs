using Meetings.Contracts.Directory;

namespace Meetings.Registration;

/// <summary>Who may be enrolled as what: the same for an import and for an admin who does it by hand.</summary>
public static class EnrolmentRules
{
    public static readonly IReadOnlySet<string> KnownRoles = new HashSet<string>(StringComparer.Ordinal)
    {
        Roles.SuperAdmin, Roles.AcademyAdmin, Roles.Supervisor, Roles.Teacher, Roles.QuranTeacher, Roles.AcademicTeacher, Roles.Student, Roles.Parent,
    };

    private static readonly string[] Teaching = [Roles.Teacher, Roles.QuranTeacher, Roles.AcademicTeacher];

    /// <param name="Code">Stable; <c>DOMAIN_RESTRICTED</c> is spelled as the clients of the original system know it.</param>
    /// <param name="Field">Of the enrolment.</param>
    public sealed record Refusal(string Code, string Field, string Message);

    /// <returns>Null when the person may be enrolled.</returns>
    /// <param name="domains">Of the academy; none allows any.</param>
    public static Refusal? Refuse(EmailAddress email, IReadOnlyCollection<string> roles, string role, IReadOnlyList<string> domains) => role switch
    {
        not (Roles.Teacher or Roles.Student) => new("invalid-request", "role", "must be teacher or student"),
        Roles.Teacher when !roles.Any(Teaching.Contains) => new("role-mismatch", "role", "the person does not teach"),
        Roles.Student when !roles.Contains(Roles.Student) => new("role-mismatch", "role", "the person is not a student"),
        _ when !email.IsAllowedBy(domains) => OutsideOf(domains),
        _ => null,
    };

    private static Refusal OutsideOf(IReadOnlyList<string> domains)
    {
        var allowed = string.Join(" or ", domains.Select(domain => $"@{domain}"));
        return new("DOMAIN_RESTRICTED", "person", $"Only {allowed} email addresses can join class meetings");
    }
}

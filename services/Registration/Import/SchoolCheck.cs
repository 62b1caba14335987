using System.Diagnostics.CodeAnalysis;
using System.Text.RegularExpressions;
using Meetings.Contracts.Directory;

namespace Meetings.Registration.Import;

/// <summary>
/// Checks a document, row by row and to the end, and turns it into rows. Pure: the same document gives the same rows and the same errors.
/// </summary>
public sealed partial class SchoolCheck
{
    private const int MaxName = 200;

    private static readonly HashSet<string> Kinds =
    [
        ClassKinds.Class, ClassKinds.GroupCircle, ClassKinds.IndividualCircle, ClassKinds.SubscriptionSession, ClassKinds.IndividualLesson,
        ClassKinds.InteractiveCourse, ClassKinds.GroupClass,
    ];

    private readonly List<ImportError> _errors = [];
    private readonly List<SchoolRows.Academy> _academies = [];
    private readonly List<SchoolRows.Person> _people = [];
    private readonly List<SchoolRows.Guardian> _guardians = [];
    private readonly List<SchoolRows.SchoolClass> _classes = [];
    private readonly List<SchoolRows.Enrolment> _enrolments = [];

    /// <summary>What the rows of one academy are checked against.</summary>
    private sealed record Known(
        string Slug, Guid AcademyId, IReadOnlyList<string> Domains, IReadOnlyDictionary<EmailAddress, SchoolRows.Person> People);

    private SchoolCheck()
    {
    }

    /// <returns>The rows, to be used only when there are no errors.</returns>
    public static (SchoolRows Rows, IReadOnlyList<ImportError> Errors) Check(SchoolDocument document)
    {
        var check = new SchoolCheck();
        var slugs = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (i, academy) in (document.Academies ?? []).Index())
        {
            var path = $"academies[{i}]";
            if (academy is null) check.Wrong(path, "is missing");
            else if (!IsSlug(academy.Slug)) check.Wrong($"{path}.slug", "must be lower case letters, digits and hyphens");
            else if (!slugs.Add(academy.Slug)) check.Wrong($"{path}.slug", $"'{academy.Slug}' is there twice");
            else check.Add(academy.Slug, academy, path);
        }

        check.AddPeople("", null, document.People, "people");
        return (new SchoolRows(check._academies, check._people, check._guardians, check._classes, check._enrolments), check._errors);
    }

    private void Add(string slug, SchoolDocument.Academy academy, string path)
    {
        var id = DirectoryIds.Academy(slug);
        var domains = Domains(academy.EmailDomains, $"{path}.emailDomains");
        var timeZone = academy.TimeZone ?? "";
        if (timeZone.Length == 0 || !TimeZoneInfo.TryFindSystemTimeZoneById(timeZone, out _)) Wrong($"{path}.timeZone", "must be an IANA time zone");
        if (!IsSlug(academy.AttendancePolicy)) Wrong($"{path}.attendancePolicy", "must name a policy");
        _academies.Add(new(id, slug, Name(academy.Name, $"{path}.name"), timeZone, domains, academy.AttendancePolicy ?? ""));

        var people = AddPeople(slug, id, academy.People, $"{path}.people");
        var known = new Known(slug, id, domains, people);
        AddGuardians(known, academy.Guardians, $"{path}.guardians");
        AddClasses(known, academy.Classes, $"{path}.classes");
    }

    private Dictionary<EmailAddress, SchoolRows.Person> AddPeople(
        string slug, Guid? academyId, IReadOnlyList<SchoolDocument.Person>? people, string path)
    {
        var known = new Dictionary<EmailAddress, SchoolRows.Person>();
        foreach (var (i, person) in (people ?? []).Index())
        {
            var here = $"{path}[{i}]";
            if (!EmailAddress.TryParse(person?.Email, out var email))
            {
                Wrong($"{here}.email", "must be an e-mail address");
                continue;
            }

            var name = Name(person!.Name, $"{here}.name");
            var roles = RolesOf(person.Roles, academyId, $"{here}.roles");
            var row = new SchoolRows.Person(DirectoryIds.Person(slug, email), academyId, name, email.Value, roles);
            if (!known.TryAdd(email, row)) Wrong($"{here}.email", "is there twice");
            else _people.Add(row);
        }

        return known;
    }

    private void AddGuardians(Known known, IReadOnlyList<SchoolDocument.Guardian>? guardians, string path)
    {
        foreach (var (i, guardian) in (guardians ?? []).Index())
        {
            var parent = Find(known, guardian?.Parent, $"{path}[{i}].parent", out _);
            var child = Find(known, guardian?.Child, $"{path}[{i}].child", out _);
            if (parent is null || child is null) continue;
            if (!parent.Roles.Contains(Roles.Parent)) Wrong($"{path}[{i}].parent", "does not have the role parent");
            if (!child.Roles.Contains(Roles.Student)) Wrong($"{path}[{i}].child", "does not have the role student");
            if (parent == child) Wrong($"{path}[{i}]", "names one person as parent and child");
            _guardians.Add(new(known.AcademyId, parent.Email, child.Email));
        }
    }

    private void AddClasses(Known known, IReadOnlyList<SchoolDocument.SchoolClass>? classes, string path)
    {
        var keys = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (i, row) in (classes ?? []).Index())
        {
            var here = $"{path}[{i}]";
            if (row?.Key is not { Length: > 0 and <= MaxName } key || key.Any(char.IsControl))
            {
                Wrong($"{here}.key", "must be a name that stays");
                continue;
            }

            if (!keys.Add(key)) Wrong($"{here}.key", $"'{key}' is there twice");
            if (row.Kind is null || !Kinds.Contains(row.Kind)) Wrong($"{here}.kind", $"must be one of {string.Join(", ", Kinds)}");
            if (row.AttendancePolicy is not null && !IsSlug(row.AttendancePolicy)) Wrong($"{here}.attendancePolicy", "must name a policy");
            var name = Name(row.Name, $"{here}.name");
            _classes.Add(new(DirectoryIds.Class(known.Slug, key), known.AcademyId, key, name, row.Kind ?? "", row.AttendancePolicy));
            AddEnrolments(known, key, row.Enrolments, $"{here}.enrolments");
        }
    }

    private void AddEnrolments(Known known, string classKey, IReadOnlyList<SchoolDocument.Enrolment>? enrolments, string path)
    {
        var ofClass = new List<SchoolRows.Enrolment>();
        foreach (var (i, row) in (enrolments ?? []).Index())
        {
            var here = $"{path}[{i}]";
            if (Find(known, row?.Person, $"{here}.person", out var email) is not { } person) continue;
            var role = row!.Role ?? "";
            if (EnrolmentRules.Refuse(email!, person.Roles, role, known.Domains) is { } refusal) Wrong($"{here}.{refusal.Field}", refusal.Message);
            if (row.From is not { } from) Wrong($"{here}.from", "must be a date");
            else if (row.To < from) Wrong($"{here}.to", "is before the first day");
            else ofClass.Add(Enrolment(from));

            SchoolRows.Enrolment Enrolment(DateOnly first) => new(
                DirectoryIds.Enrolment(known.Slug, classKey, email!, first), known.AcademyId, classKey, person.Email, role, first, row.To, here);
        }

        foreach (var onePerson in ofClass.GroupBy(row => row.Person))
        {
            var inOrder = onePerson.OrderBy(row => row.FromDate).ToList();
            foreach (var (before, after) in inOrder.Zip(inOrder.Skip(1)))
            {
                if (before.ToDate is null || before.ToDate >= after.FromDate) Wrong(after.Path, $"overlaps {before.Path}");
            }
        }

        _enrolments.AddRange(ofClass);
    }

    private SchoolRows.Person? Find(Known known, string? text, string path, out EmailAddress? email)
    {
        if (EmailAddress.TryParse(text, out email) && known.People.TryGetValue(email, out var person)) return person;
        Wrong(path, "must be the e-mail address of a person of this academy");
        return null;
    }

    private List<string> RolesOf(IReadOnlyList<string>? roles, Guid? academyId, string path)
    {
        if (roles is not { Count: > 0 }) Wrong(path, "must name a role");
        foreach (var role in roles ?? [])
        {
            if (!EnrolmentRules.KnownRoles.Contains(role)) Wrong(path, $"'{role}' is no role");
            else if (role == Roles.SuperAdmin && academyId is not null) Wrong(path, "super_admin belongs to no academy");
            else if (role != Roles.SuperAdmin && academyId is null) Wrong(path, $"{role} belongs to an academy");
        }

        // In one order, so that a reordered list is no change.
        return [.. (roles ?? []).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
    }

    private List<string> Domains(IReadOnlyList<string>? domains, string path)
    {
        var known = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var (i, text) in (domains ?? []).Index())
        {
            if (EmailAddress.TryNormalizeDomain(text, out var domain)) known.Add(domain);
            else Wrong($"{path}[{i}]", "must be a domain");
        }

        return [.. known];
    }

    private string Name(string? text, string path)
    {
        var name = text?.Trim() ?? "";
        if (name.Length is 0 or > MaxName || name.Any(char.IsControl)) Wrong(path, $"must be 1 to {MaxName} characters");
        return name;
    }

    private static bool IsSlug([NotNullWhen(true)] string? text) => text is { Length: <= 64 } && Slug().IsMatch(text);

    private void Wrong(string path, string message) => _errors.Add(new(path, message));

    [GeneratedRegex("^[a-z0-9]+(-[a-z0-9]+)*$", RegexOptions.NonBacktracking)]
    private static partial Regex Slug();
}

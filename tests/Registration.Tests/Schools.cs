using Meetings.Contracts.Directory;
using Meetings.Registration.Import;

namespace Meetings.Registration.Tests;

/// <summary>Small schools for tests, each of its own name so that tests share a service without meeting.</summary>
internal static class Schools
{
    public static readonly DateOnly Begin = new(2026, 6, 1);

    public static string NewSlug() => $"s-{Guid.NewGuid():n}";

    /// <summary>An academy with an admin, a teacher, two students, a parent of the first student, and one class of all of them.</summary>
    public static SchoolDocument.Academy Academy(string slug) => new(
        slug, "A School", "Asia/Manila", [$"{slug}.example"], "deped-15",
        [
            new($"admin@{slug}.example", "Ada Admin", [Roles.AcademyAdmin]),
            new($"teacher@{slug}.example", "Tina Teacher", [Roles.Teacher]),
            new($"one@{slug}.example", "Stu One", [Roles.Student]),
            new($"two@{slug}.example", "Stu Two", [Roles.Student]),
            new($"parent@{slug}.example", "Pat Parent", [Roles.Parent]),
        ],
        [new($"parent@{slug}.example", $"one@{slug}.example")],
        [
            new($"{slug}-class", "Mathematics", ClassKinds.Class, null,
            [
                new($"teacher@{slug}.example", Roles.Teacher, Begin, null),
                new($"one@{slug}.example", Roles.Student, Begin, null),
                new($"two@{slug}.example", Roles.Student, Begin, null),
            ]),
        ]);

    public static SchoolDocument Document(SchoolDocument.Academy academy) => new([academy], null);

    /// <summary>The academy with person <paramref name="email"/> changed.</summary>
    public static SchoolDocument.Academy With(this SchoolDocument.Academy academy, string email, Func<SchoolDocument.Person, SchoolDocument.Person> change) =>
        academy with { People = [.. academy.People!.Select(person => person.Email == email ? change(person) : person)] };

    /// <summary>The academy with its class's enrolments changed.</summary>
    public static SchoolDocument.Academy WithEnrolments(
        this SchoolDocument.Academy academy, Func<IReadOnlyList<SchoolDocument.Enrolment>, IEnumerable<SchoolDocument.Enrolment>> change) =>
        academy with { Classes = [academy.Classes![0] with { Enrolments = [.. change(academy.Classes[0].Enrolments!)] }] };
}

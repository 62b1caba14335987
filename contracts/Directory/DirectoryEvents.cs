namespace Meetings.Contracts.Directory;

/// <summary>The whole state of an academy after a change. Consumers keep the highest version and ignore the rest.</summary>
/// <param name="Version">Grows with every change of this academy.</param>
/// <param name="TimeZone">IANA id; the academy's dates are dates there.</param>
/// <param name="EmailDomains">Domains whose people may be registered; empty means any.</param>
/// <param name="AttendancePolicy">Name of the academy's policy, such as <c>deped-15</c> or <c>academy-80-30</c>.</param>
public sealed record AcademyChanged(
    Guid AcademyId, long Version, string Slug, string Name, string TimeZone, IReadOnlyList<string> EmailDomains, string AttendancePolicy);

/// <summary>The whole state of a person after a change. Consumers keep the highest version and ignore the rest.</summary>
/// <param name="AcademyId">Null for a super admin, who belongs to none.</param>
/// <param name="Version">Grows with every change of this person.</param>
/// <param name="Roles">As in <see cref="Roles"/>.</param>
/// <param name="Children">Of a parent: the students they are guardian of.</param>
public sealed record PersonChanged(
    Guid PersonId, long Version, Guid? AcademyId, string Name, string Email, IReadOnlyList<string> Roles, IReadOnlyList<Guid> Children);

/// <summary>The whole state of a class and its roster after a change. Consumers keep the highest version and ignore the rest.</summary>
/// <param name="Version">Grows with every change of the class or of an enrolment in it.</param>
/// <param name="Kind">As in <see cref="ClassKinds"/>.</param>
/// <param name="AttendancePolicy">Overrides the academy's when set.</param>
public sealed record ClassChanged(
    Guid ClassId, long Version, Guid AcademyId, string Name, string Kind, string? AttendancePolicy, IReadOnlyList<ClassMember> Members);

/// <summary>Someone's place in a class, with the academy's local dates between which it holds.</summary>
/// <param name="Role"><see cref="Roles.Teacher"/> or <see cref="Roles.Student"/>.</param>
/// <param name="From">First day, included.</param>
/// <param name="To">Last day, included; null while it lasts.</param>
public sealed record ClassMember(Guid PersonId, string Role, DateOnly From, DateOnly? To);

/// <summary>Roles of people, as they stand in tokens and in the directory.</summary>
public static class Roles
{
    public const string SuperAdmin = "super_admin";
    public const string AcademyAdmin = "academy_admin";
    public const string Supervisor = "supervisor";
    public const string Teacher = "teacher";
    public const string QuranTeacher = "quran_teacher";
    public const string AcademicTeacher = "academic_teacher";
    public const string Student = "student";
    public const string Parent = "parent";
}

/// <summary>Kinds of classes: each says who may join its sessions (seed 003 section 6).</summary>
public static class ClassKinds
{
    public const string Class = "class";
    public const string GroupCircle = "group_circle";
    public const string IndividualCircle = "individual_circle";
    public const string SubscriptionSession = "subscription_session";
    public const string IndividualLesson = "individual_lesson";
    public const string InteractiveCourse = "interactive_course";
    public const string GroupClass = "group_class";
}

using Meetings.Contracts.Directory;
using Meetings.Meeting.Access;

namespace Meetings.Meeting.Tests.Access;

/// <summary>The whole matrix, written down once more and by hand: what a role with one tie may see, plan and manage in its own academy.</summary>
internal static class Matrix
{
    public static readonly IReadOnlyDictionary<string, Relation> Ties = new Dictionary<string, Relation>
    {
        ["nothing"] = new(),
        ["owner"] = new(Owns: true),
        ["host"] = new(Hosts: true),
        ["teaches"] = new(TeachesClass: true),
        ["enrolled"] = new(IsEnrolled: true),
        ["child"] = new(HasChild: true),
        ["pupil's parent"] = new(HasChild: true, HasChildEnrolled: true),
        ["co-host"] = new(CoHosts: true),
    };

    public static readonly IReadOnlyList<string> Kinds =
    [
        ClassKinds.Class, ClassKinds.GroupCircle, ClassKinds.GroupClass, ClassKinds.InteractiveCourse, ClassKinds.IndividualCircle, ClassKinds.IndividualLesson,
        ClassKinds.SubscriptionSession,
    ];

    /// <summary>One student's own.</summary>
    public static bool IsOneToOne(string kind) => kind is "individual_circle" or "individual_lesson" or "subscription_session";

    // Audiences that are seen: a all, s students, t teachers, c class, p personal. A dot: none of them.
    private const string Seen = """
        role              nothing  owner  host   teaches  enrolled  child  pupil's-parent  co-host
        super_admin       astcp    astcp  astcp  astcp    astcp     astcp  astcp           astcp
        academy_admin     astcp    astcp  astcp  astcp    astcp     astcp  astcp           astcp
        supervisor        astcp    astcp  astcp  astcp    astcp     astcp  astcp           astcp
        teacher           at       astcp  astcp  astcp    atc       at     at              astcp
        quran_teacher     at       astcp  astcp  astcp    atc       at     at              astcp
        academic_teacher  at       astcp  astcp  astcp    atc       at     at              astcp
        student           as       astcp  astcp  astcp    asc       as     as              astcp
        parent            a        astcp  astcp  astcp    ac        as     asc             astcp
        janitor           a        astcp  astcp  astcp    ac        a      a               astcp
        """;

    // What may be done: n plan one without a class, c plan one for the class, m manage (edit and cancel), h host, e end, t transfer, d delete.
    private const string Done = """
        role              nothing  owner   host   teaches  enrolled  child  pupil's-parent  co-host
        super_admin       ncmhet   ncmhetd ncmhet ncmhet   ncmhet    ncmhet ncmhet          ncmhet
        academy_admin     ncmhet   ncmhetd ncmhet ncmhet   ncmhet    ncmhet ncmhet          ncmhet
        supervisor        ncmhet   ncmhetd ncmhet ncmhet   ncmhet    ncmhet ncmhet          ncmhet
        teacher           n        nmhetd  nmhe   ncmhe    n         n      n               nhe
        quran_teacher     n        nmhetd  nmhe   ncmhe    n         n      n               nhe
        academic_teacher  n        nmhetd  nmhe   ncmhe    n         n      n               nhe
        student           .        .       .      .        .         .      .               .
        parent            .        .       .      .        .         .      .               .
        janitor           .        .       .      .        .         .      .               .
        """;

    private static readonly Dictionary<(string Role, string Tie), string> SeenBy = Read(Seen);

    private static readonly Dictionary<(string Role, string Tie), string> DoneBy = Read(Done);

    public static IReadOnlyList<string> RoleNames { get; } =
        [Roles.SuperAdmin, Roles.AcademyAdmin, Roles.Supervisor, Roles.Teacher, Roles.QuranTeacher, Roles.AcademicTeacher, Roles.Student, Roles.Parent, "janitor"];

    public static bool Sees(string role, string tie, Audience audience) =>
        SeenBy[(role, tie)].Contains(audience.ToString().ToLowerInvariant()[0], StringComparison.Ordinal);

    public static bool Plans(string role, string tie, bool withClass) => DoneBy[(role, tie)].Contains(withClass ? 'c' : 'n', StringComparison.Ordinal);

    /// <summary>What may be done to a meeting that there is.</summary>
    public static bool Does(string role, string tie, MeetingAction action) => DoneBy[(role, tie)].Contains(
        action switch
        {
            MeetingAction.Manage or MeetingAction.Edit or MeetingAction.Cancel => 'm',
            MeetingAction.Host => 'h',
            MeetingAction.End => 'e',
            MeetingAction.Transfer => 't',
            MeetingAction.Delete => 'd',
            _ => throw new ArgumentOutOfRangeException(nameof(action)),
        }, StringComparison.Ordinal);

    private static Dictionary<(string Role, string Tie), string> Read(string table)
    {
        var rows = table.Split('\n').Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries)).ToList();
        return rows.Skip(1).SelectMany(row => row.Skip(1).Select((cell, n) => (Key: (row[0], rows[0][n + 1].Replace("s-", "s ", StringComparison.Ordinal)), cell))).ToDictionary(x => x.Key, x => x.cell);
    }
}

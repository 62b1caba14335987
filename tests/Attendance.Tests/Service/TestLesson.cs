using Meetings.Contracts.Directory;
using Meetings.Contracts.Meetings;
using Meetings.Contracts.Sittings;
using Meetings.ServiceDefaults.Security;

namespace Meetings.Attendance.Tests.Service;

/// <summary>A class with a teacher and students, and one meeting of it whose window has just passed. Speaks events.</summary>
internal sealed class TestLesson
{
    public TestLesson(DateTimeOffset now, string policy = "deped-15", string zone = "Asia/Manila", bool withClass = true, int minutes = 45, params string[] students)
    {
        Students = students.Length > 0 ? students : ["ana", "ben"];
        StartsAt = new DateTimeOffset(now.UtcTicks - (now.UtcTicks % TimeSpan.TicksPerSecond), TimeSpan.Zero).AddMinutes(-minutes - 1);
        Minutes = minutes;
        (Policy, Zone, WithClass) = (policy, zone, withClass);
    }

    public Guid Academy { get; init; } = Guid.CreateVersion7();

    public Guid Class { get; private init; } = Guid.CreateVersion7();

    private Dictionary<string, Guid> People { get; init; } = [];

    public Guid Meeting { get; } = Guid.CreateVersion7();

    public Guid Occurrence { get; } = Guid.CreateVersion7();

    public string RoomId { get; } = $"room-{Guid.NewGuid():n}"[..20];

    public string Number { get; } = Random.Shared.NextInt64(10_000_000_000, 99_999_999_999).ToString(System.Globalization.CultureInfo.InvariantCulture);

    public string Sitting { get; } = $"/{Guid.NewGuid():n}//==";

    public DateTimeOffset StartsAt { get; init; }

    public int Minutes { get; }

    public string Policy { get; }

    public string Zone { get; }

    public bool WithClass { get; }

    public string[] Students { get; }

    public Caller Teacher => new(Id("teacher"), Academy, [Roles.Teacher]);

    public Caller As(string name, params string[] roles) => new(Id(name), Academy, roles);

    public Guid Id(string name)
    {
        lock (People) return People.TryGetValue(name, out var id) ? id : People[name] = Guid.CreateVersion7();
    }

    /// <summary>Another meeting of the same class.</summary>
    public TestLesson Another(TimeSpan later) => new(StartsAt, Policy, Zone, WithClass, Minutes, Students)
    {
        Academy = Academy, Class = Class, People = People, StartsAt = StartsAt + later,
    };

    /// <summary>The lesson's date in its academy.</summary>
    public DateOnly Date => DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(StartsAt, TimeZoneInfo.FindSystemTimeZoneById(Zone)).DateTime);

    public string Email(string name) => $"{name}.{Academy.ToString()[^6..]}@school.example";

    public AcademyChanged AcademyChanged => new(Academy, 1, "demo", "Demo", Zone, [], Policy);

    public PersonChanged Person(string name, long version, string[] roles, params Guid[] children) =>
        new(Id(name), version, Academy, name, Email(name), roles, children);

    public ClassChanged ClassChanged(long version = 1, string? policy = null, params ClassMember[] more) => new(
        Class, version, Academy, "Grade 7 Mathematics", ClassKinds.Class, policy,
        [
            new ClassMember(Id("teacher"), Roles.Teacher, new DateOnly(2020, 1, 1), null),
            .. Students.Select(name => new ClassMember(Id(name), Roles.Student, new DateOnly(2020, 1, 1), null)),
            .. more,
        ]);

    public MeetingChanged MeetingChanged(long version = 1, string state = "ready", string title = "Algebra") => new(
        Meeting, version, Academy, WithClass ? Class : null, Id("teacher"), Id("teacher"), title, RoomId, "zoom", Number, Zone, "class", state,
        [new MeetingOccurrence(Occurrence, StartsAt, Minutes)]);

    public IEnumerable<object> School =>
    [
        AcademyChanged, ClassChanged(), Person("teacher", 1, [Roles.Teacher]), .. Students.Select(name => Person(name, 1, [Roles.Student])),
    ];

    public SittingKey Key(string? sitting = null) => new("zoom", Number, sitting ?? Sitting);

    public DateTimeOffset At(double minute) => StartsAt.AddMinutes(minute);

    public SittingStarted Started(double minute = 0, string? sitting = null) => new(Guid.CreateVersion7(), Key(sitting), At(minute), At(minute));

    public SittingEnded Ended(double? minute = null, string? sitting = null) => new(Guid.CreateVersion7(), Key(sitting), At(minute ?? Minutes), At(minute ?? Minutes));

    public ParticipantJoined Joined(string who, double minute, string device = "1", string? sitting = null) =>
        new(Guid.CreateVersion7(), Key(sitting), $"{who}-{device}", Who(who, device), At(minute), At(minute));

    public ParticipantLeft Left(string who, double minute, string device = "1", string? sitting = null) =>
        new(Guid.CreateVersion7(), Key(sitting), $"{who}-{device}", Who(who, device), At(minute), At(minute));

    /// <summary>Guests give an address that is nobody's; the others the one they have.</summary>
    public ParticipantIdentity Who(string who, string device) => new(
        Email: who.StartsWith("guest", StringComparison.Ordinal) ? $"{who}@home.example" : Email(who).ToUpperInvariant(), Name: $"{who}'s phone", SessionNumber: $"{who}{device}");
}

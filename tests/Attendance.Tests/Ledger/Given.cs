using System.Globalization;
using System.Text.Json;
using Meetings.Attendance.Identity;
using Meetings.Attendance.Ledger;
using Meetings.Attendance.Policies;
using Meetings.Contracts.Sittings;

namespace Meetings.Attendance.Tests.Ledger;

/// <summary>Lessons and facts as sentences: <c>"ana join 09:00"</c>, <c>"ana/phone left 09:10:30"</c>, <c>"* started 08:55"</c>.</summary>
internal static class Given
{
    public static readonly TimeZoneInfo Manila = TimeZoneInfo.FindSystemTimeZoneById("Asia/Manila");

    public static readonly DateOnly Day = new(2026, 9, 14);

    /// <summary>Times of day in these tests are UTC of one day.</summary>
    public static DateTimeOffset At(string time) => new(Day.ToDateTime(TimeOnly.Parse(time, CultureInfo.InvariantCulture)), TimeSpan.Zero);

    public static Lesson Lesson(string from = "09:00", int minutes = 60, TimeZoneInfo? zone = null) =>
        new(Guid.Parse("00000000-0000-0000-0000-00000000cccc"), At(from), TimeSpan.FromMinutes(minutes), zone ?? TimeZoneInfo.Utc);

    /// <summary>A person's id from a name, the same every time.</summary>
    public static Guid Person(string name) => new(System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(name)).AsSpan(0, 16));

    public static Fact[] Facts(params string[] sentences) => [.. sentences.Select(Fact)];

    /// <summary><c>who[/device][@sitting] what time</c>. A star is nobody: a fact of the sitting.</summary>
    public static Fact Fact(string sentence)
    {
        var words = sentence.Split(' ');
        var (subject, sitting) = words[0].Split('@') is [var s, var at] ? (s, at) : (words[0], "S1");
        var (name, device) = subject.Split('/') is [var n, var d] ? (n, d) : (subject, "1");
        var kind = words[1] switch
        {
            "started" => FactKind.SittingStarted,
            "ended" => FactKind.SittingEnded,
            "join" => FactKind.Joined,
            "left" => FactKind.Left,
            "waits" => FactKind.WaitingEntered,
            "admitted" => FactKind.WaitingAdmitted,
            "gives-up" => FactKind.WaitingLeft,
            "put-back" => FactKind.WaitingPutBack,
            "reported-join" => FactKind.Joined,
            "reported-left" => FactKind.Left,
            _ => throw new ArgumentException(sentence),
        };
        var reported = words[1].StartsWith("reported", StringComparison.Ordinal);
        if (name == "*") return new Fact(sitting, "", kind, At(words[2]), FactSource.Webhook, Meetings.Attendance.Ledger.Fact.Nobody);

        var session = $"{name}-{device}";
        var who = name.StartsWith("guest", StringComparison.Ordinal)
            ? new ParticipantIdentity(Name: name, SessionNumber: session)
            : new ParticipantIdentity(CustomerKey: Person(name).ToString("N"), Name: name, SessionNumber: session);
        return new Fact(sitting, reported ? $"report:{session}" : session, kind, At(words[2]), reported ? FactSource.Report : FactSource.Webhook, who);
    }

    public static WhoIsWho People(params string[] names) => new(names.Select(name => new KnownPerson(Person(name), name, $"{name}@school.example")), []);

    public static Roster Roster(params string[] names) => new([.. names.Select(name => new RosterPlace(Person(name), new DateOnly(2026, 1, 1), null))]);

    /// <summary>Ana alone on the roster.</summary>
    public static AttendanceSheet Sheet(IReadOnlyCollection<Fact> facts, Lesson? lesson = null, AttendancePolicy? policy = null, string asOf = "23:00", bool final = true) =>
        Evaluation.Evaluate(lesson ?? Lesson(), Roster("ana"), policy ?? PolicyPresets.Deped15, facts, People("ana", "ben", "teacher"), At(asOf), final);

    public static StudentMark Ana(IReadOnlyCollection<Fact> facts, Lesson? lesson = null, AttendancePolicy? policy = null, string asOf = "23:00", bool final = true) =>
        Sheet(facts, lesson, policy, asOf, final).Records.Single();

    /// <summary>Everything a sheet says, as text: equal texts are equal sheets.</summary>
    public static string Canonical(AttendanceSheet sheet) => JsonSerializer.Serialize(sheet);
}

using Meetings.Attendance.Identity;
using Meetings.Attendance.Policies;

namespace Meetings.Attendance.Ledger;

/// <summary>From facts to records. A pure function of the set of facts: any order, any repeats, any split into batches give the same sheet.</summary>
public static class Evaluation
{
    /// <param name="facts">Of this lesson's sittings.</param>
    /// <param name="asOf">Now: until then an open connection of a running sitting counts.</param>
    /// <param name="final">The lesson is over, whether or not anybody told us so.</param>
    public static AttendanceSheet Evaluate(
        Lesson lesson, Roster roster, AttendancePolicy policy, IReadOnlyCollection<Fact> facts, WhoIsWho people, DateTimeOffset asOf, bool final)
    {
        var participants = Participants(lesson, facts, people, asOf, final);
        var byPerson = participants.Where(participant => participant.PersonId is not null).ToDictionary(participant => participant.PersonId!.Value);
        var noData = facts.Count == 0;
        var marking = new Marking(lesson, policy, noData);

        var (expected, later) = roster.On(lesson.Date);
        var records = new List<StudentMark>(expected.Count + later.Count);
        foreach (var student in expected.Concat(later).Order())
            records.Add(marking.Mark(student, byPerson.GetValueOrDefault(student), expected.Contains(student)));

        var noShow = !noData && participants.All(participant => participant.Presence.Stays.Count == 0 && participant.Connections.All(c => c.OrphanLeaves.Count == 0));
        return new AttendanceSheet(noData, noShow, expected.Count, records, participants);
    }

    private static List<Participant> Participants(
        Lesson lesson, IReadOnlyCollection<Fact> facts, WhoIsWho people, DateTimeOffset asOf, bool final)
    {
        var endings = new Endings(lesson, facts, asOf, final);
        var connections = Connections.Of(lesson, facts, endings);
        var lines = Identification.Identify(connections, people);

        var participants = new List<Participant>();
        foreach (var (key, own) in lines)
        {
            own.Sort((x, y) => Compare(x, y));
            var presence = Presence.Of(
                lesson, [.. own.SelectMany(connection => connection.Stays)], [.. own.SelectMany(connection => connection.Waits)]);
            var known = key.PersonId is { } id ? people.Person(id) : null;
            participants.Add(new Participant(key.PersonId, key.Guest, known?.Name ?? LatestName(own), known?.Email ?? Email(own), presence, own));
        }

        participants.Sort((x, y) => (x.PersonId, y.PersonId) switch
        {
            ({ } a, { } b) => a.CompareTo(b),
            (null, null) => string.CompareOrdinal(x.GuestKey, y.GuestKey),
            (null, _) => 1,
            _ => -1,
        });
        return participants;
    }

    private static int Compare(Connection x, Connection y)
    {
        var order = x.Facts[0].At.CompareTo(y.Facts[0].At);
        if (order == 0) order = string.CompareOrdinal(x.Sitting, y.Sitting);
        if (order == 0) order = string.CompareOrdinal(x.Id, y.Id);
        return order != 0 ? order : string.CompareOrdinal(x.Session, y.Session);
    }

    private static string? LatestName(List<Connection> connections) =>
        connections.SelectMany(connection => connection.Facts)
            .Where(fact => !string.IsNullOrWhiteSpace(fact.Who.Name))
            .OrderByDescending(fact => fact.At).ThenBy(fact => fact.Who.Name, StringComparer.Ordinal)
            .Select(fact => fact.Who.Name).FirstOrDefault();

    private static string? Email(List<Connection> connections) =>
        connections.SelectMany(connection => connection.Who).Select(who => EmailAddress.Normalise(who.Email))
            .Where(email => email is not null).Order(StringComparer.Ordinal).FirstOrDefault();
}

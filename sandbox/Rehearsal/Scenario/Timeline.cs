namespace Meetings.Rehearsal.Scenario;

/// <summary>The class as a list of steps in the order of their times.</summary>
internal static class Timeline
{
    /// <param name="person">Who a student is to Zoom.</param>
    public static IReadOnlyList<Step> Of(Func<Student, Person> person)
    {
        var teacher = new Visit(ClassOfForty.Opened, null);
        var steps = new List<Step>
        {
            new Open(ClassOfForty.Opened),
            new Come(ClassOfForty.Opened, new Person("Teacher", ZoomUser: ClassOfForty.TeacherEmail), teacher),
            new Hold(ClassOfForty.Shuffled.From),
            new Release(ClassOfForty.Shuffled.To),
            new Hold(ClassOfForty.Closed),
        };
        foreach (var student in ClassOfForty.Students) steps.AddRange(student.Visits.SelectMany(visit => Steps(person(student), visit)));
        foreach (var guest in ClassOfForty.Guests) steps.AddRange(guest.Visits.SelectMany(visit => Steps(new Person(guest.Name, guest.Email), visit)));
        steps.Add(new Close(ClassOfForty.Closed));
        steps.Add(new Release(ClassOfForty.Closed));

        // A stable sort: what happens in the same second stays in the order in which it was written.
        return [.. steps.OrderBy(step => step.At)];
    }

    private static IEnumerable<Step> Steps(Person who, Visit visit)
    {
        if (visit.WaitsFrom is { } waits) yield return new Wait(waits, who, visit);
        if (visit.From is { } from) yield return visit.WaitsFrom is null ? new Come(from, who, visit) : new Admit(from, visit);

        if (visit.PutBack is { } away)
        {
            yield return new SendBack(away.From, visit);
            yield return new Admit(away.To, visit);
        }

        if (visit.Breakout is { } group)
        {
            yield return new EnterGroup(group.From, visit);
            yield return new LeaveGroup(group.To, visit);
        }

        if (visit.To is { } to) yield return new Go(to, visit);
    }
}

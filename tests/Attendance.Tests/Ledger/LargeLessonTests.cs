using System.Diagnostics;
using Meetings.Attendance.Identity;
using Meetings.Attendance.Ledger;
using Meetings.Attendance.Policies;
using Meetings.Contracts.Sittings;
using static Meetings.Attendance.Tests.Ledger.Given;

namespace Meetings.Attendance.Tests.Ledger;

public sealed class LargeLessonTests(ITestOutputHelper output)
{
    [Fact]
    [Trait("Hostile", "48")]
    public void Ten_thousand_students_with_eighty_thousand_facts()
    {
        const int Students = 10_000;
        var random = new Random(1);
        var people = Enumerable.Range(0, Students).Select(n => new KnownPerson(Guid.CreateVersion7(), $"Student {n}", $"student{n}@school.example")).ToArray();
        var roster = new Roster([.. people.Select(person => new RosterPlace(person.Id, Day.AddDays(-1), null))]);
        var facts = new List<Fact>(Students * 8);
        foreach (var person in people)
        {
            // Four stays of 14 minutes, ten seconds apart: one presence of 56 minutes and 30 seconds.
            for (var stay = 0; stay < 4; stay++)
            {
                var from = At("09:00").AddSeconds(stay * 850);
                var who = new ParticipantIdentity(Email: person.Email, Name: person.Name, SessionNumber: $"{person.Id:n}{stay}");
                facts.Add(new Fact("S1", who.SessionNumber!, FactKind.Joined, from, FactSource.Webhook, who));
                facts.Add(new Fact("S1", who.SessionNumber!, FactKind.Left, from.AddMinutes(14), FactSource.Webhook, who));
            }
        }

        var shuffled = facts.ToArray();
        random.Shuffle(shuffled);
        var whoIsWho = new WhoIsWho(people, []);

        AttendanceSheet sheet = null!;
        for (var round = 0; round < 4; round++)
        {
            // Processor time: other processes of the machine do not count.
            var before = Process.GetCurrentProcess().TotalProcessorTime;
            sheet = Evaluation.Evaluate(Lesson(), roster, PolicyPresets.Deped15, shuffled, whoIsWho, At("23:00"), true);
            output.WriteLine($"{Students} students, {shuffled.Length} facts: {(Process.GetCurrentProcess().TotalProcessorTime - before).TotalMilliseconds:0} ms of processor time");
        }

        Assert.Equal(Students, sheet.Records.Count);
        Assert.All(sheet.Records, record => Assert.Equal((AttendanceStatus.Present, 56L * 60 + 30, 1), (record.Status, record.Presence.Seconds, record.Presence.JoinCount)));
    }
}

using System.Net;
using Google.Protobuf.WellKnownTypes;
using Meetings.Contracts.Directory;
using Meetings.Contracts.Directory.V1;
using Meetings.Testing;
using Wire = Meetings.Contracts.Meetings.V1;

namespace Meetings.Attendance.Tests.Service;

/// <summary>What the copies miss is asked for, and what comes late is ignored.</summary>
public sealed class CopiesTests(AttendanceService service) : IClassFixture<AttendanceService>
{
    [Fact]
    public async Task A_meeting_that_nobody_told_us_of_is_asked_for_with_its_school()
    {
        var lesson = new TestLesson(service.Clock.GetUtcNow());
        Know(lesson);
        service.Peers.Reports[lesson.Sitting] = [];

        await service.TellAsync([lesson.Started(), lesson.Joined("ana", 0), lesson.Joined("guest7", 0), lesson.Ended()]);

        // No read before that, which would learn the school instead of the calculation.
        await Eventually.Holds(() => Task.FromResult(service.Published(lesson.Meeting).Count > 0), "the event");
        var body = await service.FinalAsync(lesson.Meeting, lesson.Teacher);
        Assert.Equal(["present", "absent"], body.GetProperty("records").EnumerateArray().Select(record => record.GetProperty("status").GetString()));
        Assert.Contains($"meeting {lesson.Number}", service.Peers.Questions);

        // What a calculation learned before it read is no reason to do it again.
        Assert.Single(service.Peers.Questions, question => question == $"report {lesson.Sitting}");

        // Nobody has the guest's address: that is not asked for again with every read.
        for (var i = 0; i < 5; i++) await service.GetAsync($"/api/v1/meetings/{lesson.Meeting}/participants", lesson.Teacher);
        Assert.Single(service.Peers.Questions, question => question == "person guest7@home.example");
        service.Clock.Advance(TimeSpan.FromMinutes(1));
        await service.GetAsync($"/api/v1/meetings/{lesson.Meeting}/participants", lesson.Teacher);
        Assert.Equal(2, service.Peers.Questions.Count(question => question == "person guest7@home.example"));
    }

    [Fact]
    public async Task A_read_of_an_unknown_meeting_asks_for_it()
    {
        var lesson = new TestLesson(service.Clock.GetUtcNow());
        Know(lesson);

        var (status, _) = await service.GetAsync($"/api/v1/meetings/{lesson.RoomId}/participants", lesson.Teacher);

        // The class is learned with the meeting's first sheet; by then the teacher is known as its owner.
        Assert.Equal(HttpStatusCode.OK, status);
    }

    [Fact]
    public async Task An_older_version_changes_nothing()
    {
        var lesson = new TestLesson(service.Clock.GetUtcNow());
        await service.TellAsync([
            lesson.AcademyChanged with { Version = 3, Name = "New" }, lesson.AcademyChanged with { Version = 2, Name = "Old" },
            lesson.Person("ana", 5, [Roles.Student]) with { Name = "New" }, lesson.Person("ana", 4, [Roles.Student]) with { Name = "Old" },
            lesson.ClassChanged(7), lesson.ClassChanged(6) with { Members = [] },
            lesson.MeetingChanged(9, title: "New"), lesson.MeetingChanged(8, title: "Old") with { Occurrences = [] }]);

        await Eventually.Get(() => service.AskAsync<string>("""
            select (select name from academy where id = @Academy) || (select name from person where id = @ana) || (select title from meeting where id = @Meeting)
                || (select count(*) from class_member where class_id = @Class) || (select count(*) from occurrence where meeting_id = @Meeting)
            """, new { lesson.Academy, ana = lesson.Id("ana"), lesson.Meeting, lesson.Class }), seen => seen == "NewNewNew31", "the newest of all");
    }

    [Fact]
    public async Task A_changed_roster_drops_who_left_and_keeps_who_stays()
    {
        var lesson = new TestLesson(service.Clock.GetUtcNow());
        await service.TellAsync(lesson.ClassChanged());
        await Eventually.Holds(async () => await Members(lesson) == 3, "three members");

        await service.TellAsync(lesson.ClassChanged(2) with { Members = [new ClassMember(lesson.Id("ana"), Roles.Student, new DateOnly(2020, 1, 1), new DateOnly(2030, 1, 1))] });

        await Eventually.Holds(async () => await Members(lesson) == 1, "one member");
        Assert.Equal(new DateOnly(2030, 1, 1), DateOnly.FromDateTime(await service.AskAsync<DateTime>("select to_date from class_member where class_id = @Class", new { lesson.Class })));
    }

    private Task<long> Members(TestLesson lesson) => service.AskAsync<long>("select count(*) from class_member where class_id = @Class", new { lesson.Class });

    private void Know(TestLesson lesson)
    {
        service.Peers.Academies[lesson.Academy.ToString()] = new Academy
        {
            AcademyId = lesson.Academy.ToString(), Version = 1, Slug = "demo", Name = "Demo", TimeZone = lesson.Zone, AttendancePolicy = lesson.Policy,
        };
        var told = lesson.ClassChanged();
        var answer = new ClassWithPeople { Class = new Class { ClassId = told.ClassId.ToString(), Version = 1, AcademyId = told.AcademyId.ToString(), Name = told.Name, Kind = told.Kind } };
        answer.Class.Members.AddRange(told.Members.Select(member => new Member { PersonId = member.PersonId.ToString(), Role = member.Role, From = member.From.ToString("yyyy-MM-dd") }));
        answer.People.AddRange(new[] { "ana", "ben", "teacher" }.Select(name => new Person
        {
            PersonId = lesson.Id(name).ToString(), Version = 1, AcademyId = lesson.Academy.ToString(), Name = name, Email = lesson.Email(name),
        }));
        service.Peers.Classes[told.ClassId.ToString()] = answer;
        var meeting = lesson.MeetingChanged();
        var wire = new Wire.Meeting
        {
            MeetingId = meeting.MeetingId.ToString(), Version = 1, AcademyId = meeting.AcademyId.ToString(), ClassId = meeting.ClassId.ToString()!,
            OwnerId = meeting.OwnerId.ToString(), HostId = meeting.HostId.ToString(), Title = meeting.Title, RoomId = meeting.RoomId, Provider = meeting.Provider,
            ProviderMeetingId = meeting.ProviderMeetingId, TimeZone = meeting.TimeZone, Audience = meeting.Audience, State = meeting.State,
        };
        wire.Occurrences.Add(new Wire.Occurrence
        {
            OccurrenceId = lesson.Occurrence.ToString(), StartsAt = Timestamp.FromDateTimeOffset(lesson.StartsAt), DurationMinutes = lesson.Minutes,
        });
        service.Peers.Meetings.Add(wire);
    }
}

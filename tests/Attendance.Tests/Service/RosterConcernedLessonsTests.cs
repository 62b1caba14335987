using Meetings.Attendance.Calculation;
using Meetings.Attendance.Identity;
using Meetings.Attendance.School;
using Meetings.Contracts.Directory;
using Meetings.ServiceDefaults.Data;
using Meetings.Testing;
using Microsoft.Extensions.DependencyInjection;
using static Meetings.Attendance.Tests.Service.Views;

namespace Meetings.Attendance.Tests.Service;

/// <summary>A changed roster reaches the lessons that it concerns, final ones included, and no others.</summary>
public sealed class RosterConcernedLessonsTests(AttendanceService service) : IClassFixture<AttendanceService>
{
    private readonly HeldLessons _held = new(service);

    [Fact]
    [Trait("Property", "P10")]
    public async Task An_enrolment_that_was_entered_late_concerns_the_lessons_from_its_first_day_on()
    {
        var (before, after) = await _held.HeldAsync(lesson => [lesson.Joined("carl", 5)]);

        await service.TellAsync(after.ClassChanged(2, null, new ClassMember(after.Id("carl"), Roles.Student, after.Date.AddDays(-3), null)));

        var body = await service.FinalAsync(after.Meeting, after.Teacher, final => Marks(final).Contains("carl present"));
        Assert.Equal(["ana present", "ben absent", "carl present"], Marks(body));
        await Eventually.Holds(() => Task.FromResult(service.Published(after.Meeting).Any(one => one.Version == 2 && one.Records.Count == 3)), "the event");
        Assert.Equal("11", await _held.VersionsAsync(after, "ana", "ben"));
        Assert.Equal((1, 0), (await _held.PlansAsync(after), await _held.PlansAsync(before)));
    }

    [Fact]
    [Trait("Property", "P10")]
    public async Task An_enrolment_from_tomorrow_on_concerns_no_lesson_that_was_held()
    {
        var (before, after) = await _held.HeldAsync(lesson => [lesson.Joined("carl", 5)]);

        await service.TellAsync([
            after.ClassChanged(2, null, new ClassMember(after.Id("carl"), Roles.Student, after.Date.AddDays(1), null)),
            after.ClassChanged(3, "academy-80-30", new ClassMember(after.Id("carl"), Roles.Student, after.Date.AddDays(1), null)) with { Name = "Another name" },
            after.ClassChanged(4, null, new ClassMember(after.Id("new teacher"), Roles.Teacher, before.Date, null))]);
        await Eventually.Holds(async () => await service.AskAsync<long>("select version from class where id = @Class", new { after.Class }) == 4, "the last of them");

        Assert.Equal((0, 0), (await _held.PlansAsync(after), await _held.PlansAsync(before)));
    }

    [Fact]
    public async Task A_place_that_ended_earlier_takes_its_marks_back_and_leaves_what_a_person_set()
    {
        var (before, after) = await _held.HeldAsync(lesson => [lesson.Joined("ben", 1)]);
        await service.AskAsync<Guid>("""
            update attendance_record set status = 'excused', set_by = @by, set_at = now(), set_reason = 'fever', version = version + 1
            where occurrence_id = @Occurrence and student_id = @ana returning id
            """, new { by = after.Id("teacher"), after.Occurrence, ana = after.Id("ana") });

        // Both left the class between the two lessons. A place that ends before it begins is none.
        var left = after.Date.AddDays(-5);
        await service.TellAsync(after.ClassChanged(2) with
        {
            Members = [
                new ClassMember(after.Id("ana"), Roles.Student, new DateOnly(2020, 1, 1), left), new ClassMember(after.Id("ben"), Roles.Student, new DateOnly(2020, 1, 1), left),
                new ClassMember(after.Id("ben"), Roles.Student, after.Date, after.Date.AddDays(-1))],
        });

        var body = await service.FinalAsync(after.Meeting, after.As("admin", Roles.AcademyAdmin), final => Marks(final).Contains("ben not_applicable"));
        Assert.Equal(["ana excused", "ben not_applicable"], Marks(body));
        Assert.Equal((1, 0), (await _held.PlansAsync(after), await _held.PlansAsync(before)));
        Assert.Equal(["ana present", "ben present"], Marks(await service.FinalAsync(before.Meeting, before.As("admin", Roles.AcademyAdmin))));
    }

    [Theory]
    [InlineData("roster", "ana absent, ben absent, carl present")]
    [InlineData("person", "ana absent, ben present")]
    [InlineData("alias", "ana absent, ben present")]
    [Trait("Hostile", "79")]
    public async Task A_change_that_comes_while_a_lesson_is_being_calculated_is_not_missed(string change, string expected)
    {
        var lesson = new TestLesson(service.Clock.GetUtcNow());
        var report = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        service.Peers.Slow = report.Task;
        try
        {
            // No rows: nothing makes the calculation read a second time.
            service.Peers.Reports[lesson.Sitting] = [];
            await service.TellAsync([
                .. lesson.School, lesson.Person("carl", 1, [Roles.Student]), lesson.MeetingChanged(), lesson.Joined("carl", 0), lesson.Joined("guest3", 0), lesson.Ended()]);
            await Eventually.Holds(() => Task.FromResult(service.Peers.Questions.Contains($"report {lesson.Sitting}")), "the report to be asked for");

            await ChangeAsync(lesson, change);
        }
        finally
        {
            report.SetResult();
            service.Peers.Slow = Task.CompletedTask;
        }

        Assert.Equal(expected, string.Join(", ", Marks(await service.FinalAsync(lesson.Meeting, lesson.Teacher))));
    }

    private async Task ChangeAsync(TestLesson lesson, string change)
    {
        if (change == "alias")
        {
            await _held.SayAsync(session => AliasStore.KeepAsync(
                session, lesson.Academy, new KnownAlias(AliasKind.Email, "guest3@home.example", lesson.Id("ben")), service.Clock.GetUtcNow(), TestContext.Current.CancellationToken));
            return;
        }

        await service.TellAsync(change == "roster"
            ? lesson.ClassChanged(2, null, new ClassMember(lesson.Id("carl"), Roles.Student, lesson.Date, null))
            : lesson.Person("ben", 2, [Roles.Student]) with { Email = "guest3@home.example" });
        await Eventually.Holds(async () => await service.AskAsync<long>(
            "select greatest((select version from class where id = @Class), (select version from person where id = @ben))", new { ben = lesson.Id("ben"), lesson.Class }) == 2, "the change");
    }

    [Fact]
    [Trait("Hostile", "79")]
    public async Task A_calculation_waits_for_a_change_that_looked_for_lessons_before_it()
    {
        var lesson = new TestLesson(service.Clock.GetUtcNow());
        service.Peers.Reports[lesson.Sitting] = [];
        await service.TellAsync([.. lesson.School, lesson.Person("carl", 1, [Roles.Student]), lesson.MeetingChanged()]);
        await Eventually.Holds(async () => await service.AskAsync<long>("select count(*) from person where academy_id = @Academy", new { lesson.Academy }) == 4, "the school");

        // Its replica is slow to commit.
        await using (var session = await service.Services.GetRequiredService<Database>().BeginAsServiceAsync(TestContext.Current.CancellationToken))
        {
            var told = lesson.ClassChanged(2, null, new ClassMember(lesson.Id("carl"), Roles.Student, lesson.Date, null));
            await SchoolLock.ForChangeAsync(session, [lesson.Academy], TestContext.Current.CancellationToken);
            await DirectoryStore.TryKeepAsync(session, told, TestContext.Current.CancellationToken);
            await ConcernedLessons.PlanAsync(session, told, service.Clock.GetUtcNow(), TestContext.Current.CancellationToken);
            await DirectoryStore.ReplaceMembersAsync(session, told, TestContext.Current.CancellationToken);

            await service.TellAsync([lesson.Joined("carl", 0), lesson.Ended()]);
            await Eventually.Holds(
                async () => await service.AskAsync<long>("select count(*) from pg_stat_activity where datname = current_database() and wait_event = 'advisory'") == 1,
                "the calculation to wait for the change");
            await session.CommitAsync(TestContext.Current.CancellationToken);
        }

        Assert.Equal(["ana absent", "ben absent", "carl present"], Marks(await service.FinalAsync(lesson.Meeting, lesson.Teacher)));
    }

    [Fact]
    public async Task A_school_that_is_told_again_plans_nothing_and_a_lesson_that_waits_is_not_planned_twice()
    {
        var lessons = new List<TestLesson>();
        for (var i = 0; i < 3; i++) lessons.Add((await _held.HeldAsync(lesson => [lesson.Joined("ben", 0)])).After);

        foreach (var lesson in lessons)
            await service.TellAsync([lesson.AcademyChanged with { Version = 2 }, lesson.ClassChanged(2), .. lesson.Students.Append("teacher").Select(name => lesson.Person(name, 2, [Roles.Student]))]);
        foreach (var lesson in lessons)
        {
            await Eventually.Holds(async () => await service.AskAsync<long>("select count(*) from person where academy_id = @Academy and version = 2", new { lesson.Academy }) == 3, "the school");
            Assert.Equal(0, await _held.PlansAsync(lesson));
        }

        // Not committed, so that nobody takes it up in between.
        await using var session = await service.Services.GetRequiredService<Database>().BeginAsServiceAsync(TestContext.Current.CancellationToken);
        var carl = new ClassMember(lessons[0].Id("carl"), Roles.Student, lessons[0].Date, null);
        Assert.Equal(1, await ConcernedLessons.PlanAsync(session, lessons[0].ClassChanged(3, null, carl), service.Clock.GetUtcNow(), TestContext.Current.CancellationToken));
        Assert.Equal(0, await ConcernedLessons.PlanAsync(session, lessons[0].ClassChanged(4, null, carl with { To = lessons[0].Date }), service.Clock.GetUtcNow(), TestContext.Current.CancellationToken));
    }
}

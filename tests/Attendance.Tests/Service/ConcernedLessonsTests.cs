using System.Text.Json;
using Dapper;
using Meetings.Attendance.Calculation;
using Meetings.Attendance.Identity;
using Meetings.Attendance.School;
using Meetings.Contracts.Directory;
using Meetings.ServiceDefaults.Data;
using Meetings.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace Meetings.Attendance.Tests.Service;

/// <summary>What staff change in the school reaches the lessons that it concerns, final ones included, and no others.</summary>
public sealed class ConcernedLessonsTests(AttendanceService service) : IClassFixture<AttendanceService>, IAsyncLifetime
{
    // Every plan of a calculation, whatever became of it.
    private const string Watch = """
        create table if not exists planned (occurrence_id uuid not null);
        create or replace function watch_plans() returns trigger language plpgsql security definer as $$
        begin
            if tg_op = 'INSERT' or old.version <> new.version then insert into public.planned values (new.occurrence_id); end if;
            return null;
        end $$;
        create or replace trigger watch_plans after insert or update on calculation for each row execute function watch_plans()
        """;

    public async ValueTask InitializeAsync()
    {
        await using var connection = await service.Db.OpenConnectionAsync(TestContext.Current.CancellationToken);
        await connection.ExecuteAsync(Watch);
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    [Trait("Property", "P10")]
    public async Task An_enrolment_that_was_entered_late_concerns_the_lessons_from_its_first_day_on()
    {
        var (before, after) = await HeldAsync(lesson => [lesson.Joined("carl", 5)]);

        await service.TellAsync(after.ClassChanged(2, null, new ClassMember(after.Id("carl"), Roles.Student, after.Date.AddDays(-3), null)));

        var body = await service.FinalAsync(after.Meeting, after.Teacher, final => Marks(final).Contains("carl present"));
        Assert.Equal(["ana present", "ben absent", "carl present"], Marks(body));
        await Eventually.Holds(() => Task.FromResult(service.Published(after.Meeting).Any(one => one.Version == 2 && one.Records.Count == 3)), "the event");
        Assert.Equal("11", await VersionsAsync(after, "ana", "ben"));
        Assert.Equal((1, 0), (await PlansAsync(after), await PlansAsync(before)));
    }

    [Fact]
    [Trait("Property", "P10")]
    public async Task An_enrolment_from_tomorrow_on_concerns_no_lesson_that_was_held()
    {
        var (before, after) = await HeldAsync(lesson => [lesson.Joined("carl", 5)]);

        await service.TellAsync([
            after.ClassChanged(2, null, new ClassMember(after.Id("carl"), Roles.Student, after.Date.AddDays(1), null)),
            after.ClassChanged(3, "academy-80-30", new ClassMember(after.Id("carl"), Roles.Student, after.Date.AddDays(1), null)) with { Name = "Another name" },
            after.ClassChanged(4, null, new ClassMember(after.Id("new teacher"), Roles.Teacher, before.Date, null))]);
        await Eventually.Holds(async () => await service.AskAsync<long>("select version from class where id = @Class", new { after.Class }) == 4, "the last of them");

        Assert.Equal((0, 0), (await PlansAsync(after), await PlansAsync(before)));
    }

    [Fact]
    public async Task A_place_that_ended_earlier_takes_its_marks_back_and_leaves_what_a_person_set()
    {
        var (before, after) = await HeldAsync(lesson => [lesson.Joined("ben", 1)]);
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
        Assert.Equal((1, 0), (await PlansAsync(after), await PlansAsync(before)));
        Assert.Equal(["ana present", "ben present"], Marks(await service.FinalAsync(before.Meeting, before.As("admin", Roles.AcademyAdmin))));
    }

    [Fact]
    public async Task A_guest_whose_address_becomes_a_students_has_been_there_and_counts_in_the_lessons_of_their_time_in_the_class()
    {
        var (before, after) = await HeldAsync(lesson => [lesson.Joined("guest1", 2), lesson.Joined("ben", 3)]);
        await EnrolAsync(after, "dina", after.Date.AddDays(-3));
        await service.FinalAsync(after.Meeting, after.Teacher, final => Marks(final).Contains("dina absent"));
        await ForgetPlansAsync();

        await service.TellAsync([
            after.Person("ben", 2, [Roles.Student]) with { Name = "Benjamin" }, after.Person("dina", 2, [Roles.Student]) with { Email = "Guest1@home.example" }]);

        await service.FinalAsync(after.Meeting, after.Teacher, final => Marks(final).Contains("dina present"));
        Assert.Equal((1, 0), (await PlansAsync(after), await PlansAsync(before)));
    }

    [Fact]
    public async Task A_person_whom_the_directory_tells_of_late_is_recognised_by_the_id_in_their_customer_key()
    {
        var (before, after) = await HeldAsync(lesson =>
            [lesson.Joined("eve", 2) with { Who = new(CustomerKey: lesson.Id("eve").ToString("N"), Name: "Eve") }]);
        await service.TellAsync(after.ClassChanged(2, null, new ClassMember(after.Id("eve"), Roles.Student, after.Date.AddDays(-3), null)));
        await Eventually.Holds(async () => await service.AskAsync<string>(
            "select max(status) from attendance_record where occurrence_id = @Occurrence and student_id = @eve", new { after.Occurrence, eve = after.Id("eve") }) == "absent", "an absent Eve");

        await service.TellAsync(after.Person("eve", 1, [Roles.Student]));

        await service.FinalAsync(after.Meeting, after.Teacher, final => Marks(final).Contains("eve present"));
        Assert.Equal(0, await PlansAsync(before));
    }

    [Fact]
    public async Task What_staff_say_that_an_id_stands_for_holds_for_every_lesson_in_which_it_was_heard_until_they_take_it_back()
    {
        Guid academy = default;
        var (before, after) = await HeldAsync(lesson => [lesson.Joined("guest2", 0) with { Who = new(ProviderUserId: $"zoom-{academy = lesson.Academy}", Name: "Tablet") }]);
        var other = new TestLesson(service.Clock.GetUtcNow());
        service.Peers.Reports[other.Sitting] = [];
        await service.TellAsync([.. other.School, other.MeetingChanged(), other.Joined("guest2", 0) with { Who = new(ProviderUserId: $"zoom-{academy}") }, other.Ended()]);
        await service.FinalAsync(other.Meeting, other.Teacher);
        await ForgetPlansAsync();

        Assert.Equal(2, await SayAsync(session => AliasStore.KeepAsync(session, academy, new KnownAlias(AliasKind.ProviderUser, $"zoom-{academy}", after.Id("ben")), service.Clock.GetUtcNow(), default)));
        foreach (var lesson in new[] { before, after }) await service.FinalAsync(lesson.Meeting, lesson.Teacher, final => Marks(final).Contains("ben present"));
        Assert.Equal(0, await SayAsync(session => AliasStore.KeepAsync(session, academy, new KnownAlias(AliasKind.ProviderUser, $"zoom-{academy}", after.Id("ben")), service.Clock.GetUtcNow(), default)));

        Assert.Equal(2, await SayAsync(session => AliasStore.RemoveAsync(session, academy, AliasKind.ProviderUser, $"zoom-{academy}", service.Clock.GetUtcNow(), default)));
        foreach (var lesson in new[] { before, after }) await service.FinalAsync(lesson.Meeting, lesson.Teacher, final => Marks(final).Contains("ben absent"));
        Assert.Equal((2, 2, 0), (await PlansAsync(before), await PlansAsync(after), await PlansAsync(other)));
    }

    [Fact]
    [Trait("Hostile", "79")]
    public async Task A_change_that_comes_while_a_lesson_is_being_calculated_is_not_missed()
    {
        var lesson = new TestLesson(service.Clock.GetUtcNow());
        var report = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        service.Peers.Slow = report.Task;
        try
        {
            // No rows: nothing makes the calculation read a second time.
            service.Peers.Reports[lesson.Sitting] = [];
            await service.TellAsync([.. lesson.School, lesson.Person("carl", 1, [Roles.Student]), lesson.MeetingChanged(), lesson.Joined("carl", 0), lesson.Joined("guest3", 0), lesson.Ended()]);
            await Eventually.Holds(() => Task.FromResult(service.Peers.Questions.Contains($"report {lesson.Sitting}")), "the report to be asked for");

            await service.TellAsync([
                lesson.ClassChanged(2, null, new ClassMember(lesson.Id("carl"), Roles.Student, lesson.Date, null)), lesson.Person("ben", 2, [Roles.Student]) with { Email = "guest3@home.example" }]);
            await Eventually.Holds(async () => await service.AskAsync<long>("select count(*) from class c join person p on p.id = @ben where c.id = @Class and c.version = 2 and p.version = 2", new { ben = lesson.Id("ben"), lesson.Class }) == 1, "both changes");
        }
        finally
        {
            report.SetResult();
            service.Peers.Slow = Task.CompletedTask;
        }

        Assert.Equal(["ana absent", "ben present", "carl present"], Marks(await service.FinalAsync(lesson.Meeting, lesson.Teacher)));
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
        for (var i = 0; i < 3; i++) lessons.Add((await HeldAsync(lesson => [lesson.Joined("ben", 0)])).After);

        foreach (var lesson in lessons)
            await service.TellAsync([lesson.AcademyChanged with { Version = 2 }, lesson.ClassChanged(2), .. lesson.Students.Append("teacher").Select(name => lesson.Person(name, 2, [Roles.Student]))]);
        foreach (var lesson in lessons)
        {
            await Eventually.Holds(async () => await service.AskAsync<long>("select count(*) from person where academy_id = @Academy and version = 2", new { lesson.Academy }) == 3, "the school");
            Assert.Equal(0, await PlansAsync(lesson));
        }

        // Not committed, so that nobody takes it up in between.
        await using var session = await service.Services.GetRequiredService<Database>().BeginAsServiceAsync(TestContext.Current.CancellationToken);
        var carl = new ClassMember(lessons[0].Id("carl"), Roles.Student, lessons[0].Date, null);
        Assert.Equal(1, await ConcernedLessons.PlanAsync(session, lessons[0].ClassChanged(3, null, carl), service.Clock.GetUtcNow(), TestContext.Current.CancellationToken));
        Assert.Equal(0, await ConcernedLessons.PlanAsync(session, lessons[0].ClassChanged(4, null, carl with { To = lessons[0].Date }), service.Clock.GetUtcNow(), TestContext.Current.CancellationToken));
    }

    [Fact]
    [Trait("Property", "P8")]
    public async Task A_concerned_lesson_whose_marks_stay_the_same_is_neither_written_nor_published()
    {
        var (_, lesson) = await HeldAsync(lesson => [lesson.Joined("guest4", 0)]);
        const string Everything = """
            select (select xmin::text from occurrence_result where occurrence_id = @Occurrence)
                || (select string_agg(xmin::text || version, ' ' order by student_id) from attendance_record where occurrence_id = @Occurrence)
            """;
        var before = await service.AskAsync<string>(Everything, new { lesson.Occurrence });

        // Of nobody on the roster.
        Assert.True(await SayAsync(session => AliasStore.KeepAsync(session, lesson.Academy, new KnownAlias(AliasKind.Email, "GUEST4@home.example", lesson.Id("aunt")), service.Clock.GetUtcNow(), default)) > 0);
        await Eventually.Holds(async () => await service.AskAsync<long>("select count(*) from calculation where occurrence_id = @Occurrence", new { lesson.Occurrence }) == 0, "the calculation");

        Assert.Equal(before, await service.AskAsync<string>(Everything, new { lesson.Occurrence }));
        Assert.Equal(1, Assert.Single(service.Published(lesson.Meeting)).Version);
    }

    /// <summary>Two lessons of one class, ten days apart, both final, with ana there and what else came.</summary>
    private async Task<(TestLesson Before, TestLesson After)> HeldAsync(Func<TestLesson, object[]> more)
    {
        var after = new TestLesson(service.Clock.GetUtcNow());
        var before = after.Another(TimeSpan.FromDays(-10));
        await service.TellAsync([.. after.School, after.Person("carl", 1, [Roles.Student])]);
        foreach (var lesson in new[] { before, after })
        {
            service.Peers.Reports[lesson.Sitting] = [];
            await service.TellAsync([lesson.MeetingChanged(), lesson.Joined("ana", 0), .. more(lesson), lesson.Ended()]);
        }

        foreach (var lesson in new[] { before, after })
        {
            await service.FinalAsync(lesson.Meeting, lesson.Teacher);
            await Eventually.Holds(() => Task.FromResult(service.Published(lesson.Meeting).Count > 0), "the event");
            await Eventually.Holds(async () => await service.AskAsync<long>("select count(*) from calculation where occurrence_id = @Occurrence", new { lesson.Occurrence }) == 0, "the end of the calculation");
        }

        await ForgetPlansAsync();
        return (before, after);
    }

    private async Task EnrolAsync(TestLesson lesson, string name, DateOnly from) => await service.TellAsync([
        lesson.Person(name, 1, [Roles.Student]), lesson.ClassChanged(2, null, new ClassMember(lesson.Id(name), Roles.Student, from, null))]);

    private async Task<int> SayAsync(Func<DatabaseSession, Task<int>> say)
    {
        await using var session = await service.Services.GetRequiredService<Database>().BeginAsServiceAsync(TestContext.Current.CancellationToken);
        var planned = await say(session);
        await session.CommitAsync(TestContext.Current.CancellationToken);
        return planned;
    }

    private async Task ForgetPlansAsync()
    {
        await using var connection = await service.Db.OpenConnectionAsync(TestContext.Current.CancellationToken);
        await connection.ExecuteAsync("delete from planned");
    }

    private Task<long> PlansAsync(TestLesson lesson) => service.AskAsync<long>("select count(*) from planned where occurrence_id = @Occurrence", new { lesson.Occurrence });

    private Task<string> VersionsAsync(TestLesson lesson, params string[] names) => service.AskAsync<string>(
        "select string_agg(version::text, '' order by name) from attendance_record where occurrence_id = @Occurrence and name = any(@names)", new { lesson.Occurrence, names });

    private static string[] Marks(JsonElement body) =>
        [.. body.GetProperty("records").EnumerateArray().Select(record => $"{record.GetProperty("name").GetString()} {record.GetProperty("status").GetString()}")];
}

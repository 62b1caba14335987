using Meetings.Contracts.Registrants;
using Meetings.Attendance.Identity;
using Meetings.Attendance.School;
using Meetings.Contracts.Directory;
using Meetings.Testing;
using static Meetings.Attendance.Tests.Service.Views;

namespace Meetings.Attendance.Tests.Service;

/// <summary>Who can be recognised only now counts in the lessons in which they were heard, final ones included, and in no others.</summary>
public sealed class PeopleConcernedLessonsTests(AttendanceService service) : IClassFixture<AttendanceService>
{
    private readonly HeldLessons _held = new(service);

    [Fact]
    public async Task A_guest_whose_address_becomes_a_students_has_been_there_and_counts_in_the_lessons_of_their_time_in_the_class()
    {
        var (before, after) = await _held.HeldAsync(lesson => [lesson.Joined("guest1", 2), lesson.Joined("ben", 3)]);
        await EnrolAsync(after, "dina", after.Date.AddDays(-3));
        await service.FinalAsync(after.Meeting, after.Teacher, final => Marks(final).Contains("dina absent"));
        await _held.WatchPlansAsync();

        await service.TellAsync([
            after.Person("ben", 2, [Roles.Student]) with { Name = "Benjamin" }, after.Person("dina", 2, [Roles.Student]) with { Email = "Guest1@home.example" }]);

        await service.FinalAsync(after.Meeting, after.Teacher, final => Marks(final).Contains("dina present"));
        Assert.Equal((1, 0), (await _held.PlansAsync(after), await _held.PlansAsync(before)));
    }

    [Fact]
    public async Task A_person_whom_the_directory_tells_of_late_is_recognised_by_the_id_in_their_customer_key()
    {
        var (before, after) = await _held.HeldAsync(lesson =>
            [lesson.Joined("eve", 2) with { Who = new(CustomerKey: lesson.Id("eve").ToString("N"), Name: "Eve") }]);
        await service.TellAsync(after.ClassChanged(2, null, new ClassMember(after.Id("eve"), Roles.Student, after.Date.AddDays(-3), null)));
        await Eventually.Holds(async () => await service.AskAsync<string>(
            "select max(status) from attendance_record where occurrence_id = @Occurrence and student_id = @eve", new { after.Occurrence, eve = after.Id("eve") }) == "absent", "an absent Eve");

        await service.TellAsync(after.Person("eve", 1, [Roles.Student]));

        await service.FinalAsync(after.Meeting, after.Teacher, final => Marks(final).Contains("eve present"));
        Assert.Equal(0, await _held.PlansAsync(before));
    }

    [Fact]
    public async Task What_staff_say_that_an_id_stands_for_holds_for_every_lesson_in_which_it_was_heard_until_they_take_it_back()
    {
        Guid academy = default;
        var (before, after) = await _held.HeldAsync(lesson => [lesson.Joined("guest2", 0) with { Who = new(ProviderUserId: $"zoom-{academy = lesson.Academy}", Name: "Tablet") }]);
        var other = new TestLesson(service.Clock.GetUtcNow());
        service.Peers.Reports[other.Sitting] = [];
        await service.TellAsync([.. other.School, other.MeetingChanged(), other.Joined("guest2", 0) with { Who = new(ProviderUserId: $"zoom-{academy}") }, other.Ended()]);
        await service.FinalAsync(other.Meeting, other.Teacher);
        await _held.WatchPlansAsync();

        Assert.Equal(2, await _held.SayAsync(session => AliasStore.KeepAsync(session, academy, new KnownAlias(AliasKind.ProviderUser, $"zoom-{academy}", after.Id("ben")), service.Clock.GetUtcNow(), default)));
        foreach (var lesson in new[] { before, after }) await service.FinalAsync(lesson.Meeting, lesson.Teacher, final => Marks(final).Contains("ben present"));
        Assert.Equal(0, await _held.SayAsync(session => AliasStore.KeepAsync(session, academy, new KnownAlias(AliasKind.ProviderUser, $"zoom-{academy}", after.Id("ben")), service.Clock.GetUtcNow(), default)));

        Assert.Equal(2, await _held.SayAsync(session => AliasStore.RemoveAsync(session, academy, AliasKind.ProviderUser, $"zoom-{academy}", service.Clock.GetUtcNow(), default)));
        foreach (var lesson in new[] { before, after }) await service.FinalAsync(lesson.Meeting, lesson.Teacher, final => Marks(final).Contains("ben absent"));
        Assert.Equal((2, 2, 0), (await _held.PlansAsync(before), await _held.PlansAsync(after), await _held.PlansAsync(other)));
    }

    [Fact]
    [Trait("Acceptance", "S0-04")]
    public async Task Whose_registration_it_was_that_came_counts_before_their_address_and_also_when_it_is_told_late()
    {
        Guid academy = default;
        // By the link of one, signed in under the address of another.
        var (_, lesson) = await _held.HeldAsync(lesson => [lesson.Joined("guest2", 0) with
        {
            Who = new(RegistrantId: $"r-{academy = lesson.Academy}", Email: "somebody@home.example", Name: "Tablet"),
        }]);

        await service.TellAsync(new RegistrantApproved(lesson.Meeting, academy, lesson.Id("ben"), "zoom", "84512093377", $"r-{academy}"));

        await service.FinalAsync(lesson.Meeting, lesson.Teacher, final => Marks(final).Contains("ben present"));
    }

    [Fact]
    [Trait("Property", "P8")]
    public async Task A_concerned_lesson_whose_marks_stay_the_same_is_neither_written_nor_published()
    {
        var (_, lesson) = await _held.HeldAsync(lesson => [lesson.Joined("guest4", 0)]);
        const string Everything = """
            select (select xmin::text from occurrence_result where occurrence_id = @Occurrence)
                || (select string_agg(xmin::text || version, ' ' order by student_id) from attendance_record where occurrence_id = @Occurrence)
            """;
        var before = await service.AskAsync<string>(Everything, new { lesson.Occurrence });

        // Of nobody on the roster.
        Assert.True(await _held.SayAsync(session => AliasStore.KeepAsync(session, lesson.Academy, new KnownAlias(AliasKind.Email, "GUEST4@home.example", lesson.Id("aunt")), service.Clock.GetUtcNow(), default)) > 0);
        await Eventually.Holds(async () => await service.AskAsync<long>("select count(*) from calculation where occurrence_id = @Occurrence", new { lesson.Occurrence }) == 0, "the calculation");

        Assert.Equal(before, await service.AskAsync<string>(Everything, new { lesson.Occurrence }));
        Assert.Equal(1, Assert.Single(service.Published(lesson.Meeting)).Version);
    }

    private async Task EnrolAsync(TestLesson lesson, string name, DateOnly from) => await service.TellAsync([
        lesson.Person(name, 1, [Roles.Student]), lesson.ClassChanged(2, null, new ClassMember(lesson.Id(name), Roles.Student, from, null))]);
}

using static Meetings.Attendance.Tests.Service.Views;

namespace Meetings.Attendance.Tests.Service;

/// <summary>What a record is of, and what it says when.</summary>
public sealed class MarksTests(AttendanceService service) : IClassFixture<AttendanceService>
{
    [Fact]
    [Trait("Acceptance", "S0-13")]
    [Trait("Acceptance", "X5")]
    public async Task Two_lessons_of_a_class_on_one_day_have_a_record_each()
    {
        var now = service.Clock.GetUtcNow();
        var first = new TestLesson(now) { StartsAt = new DateTimeOffset(now.UtcDateTime.Date.AddDays(-1), TimeSpan.Zero).AddHours(2) };
        var second = first.Another(TimeSpan.FromHours(1));
        await service.TellAsync([
            .. first.School, first.MeetingChanged(), second.MeetingChanged(), first.Joined("ana", 0), first.Ended(), second.Joined("ben", 0), second.Left("ben", 10), second.Ended()]);

        Assert.Equal(["present", "absent"], Statuses(await service.FinalAsync(first.Meeting, first.Teacher)));
        Assert.Equal(["absent", "partial"], Statuses(await service.FinalAsync(second.Meeting, second.Teacher)));
        Assert.Equal((4, 1), (
            await service.AskAsync<long>("select count(*) from attendance_record where class_id = @Class", new { first.Class }),
            await service.AskAsync<long>("select count(distinct date) from attendance_record where class_id = @Class", new { first.Class })));
    }

    [Fact]
    [Trait("Acceptance", "S0-12")]
    [Trait("Acceptance", "X23")]
    public async Task Durations_are_shown_in_whole_seconds_of_the_exact_sum()
    {
        var lesson = new TestLesson(service.Clock.GetUtcNow());
        await service.TellAsync([
            .. lesson.School, lesson.MeetingChanged(), lesson.Joined("ana", 0), Later(lesson.Left("ana", 5)), lesson.Joined("ana", 10, "2"), Later(lesson.Left("ana", 15, "2")), lesson.Ended()]);

        // Twice five minutes and 0.6 seconds.
        var ana = (await service.FinalAsync(lesson.Meeting, lesson.Teacher)).GetProperty("records")[0];
        Assert.Equal("601", ana.GetProperty("durationSeconds").GetRawText());
        Assert.Equal(601_200, await service.AskAsync<long>("select duration_ms from attendance_record where occurrence_id = @Occurrence and name = 'ana'", new { lesson.Occurrence }));

        static Contracts.Sittings.ParticipantLeft Later(Contracts.Sittings.ParticipantLeft left) => left with { At = left.At.AddSeconds(0.6) };
    }

    [Fact]
    [Trait("Acceptance", "S0-11")]
    public async Task Who_left_has_a_status_at_once_and_it_is_decided_again_when_the_meeting_ends()
    {
        var now = service.Clock.GetUtcNow();
        var lesson = new TestLesson(now) { StartsAt = now.AddMinutes(-20) };
        await service.TellAsync([.. lesson.School, lesson.MeetingChanged(), lesson.Started(), lesson.Joined("ana", 0), lesson.Left("ana", 10)]);
        await service.AttendanceAsync(lesson.Meeting, lesson.Teacher, live => !live.GetProperty("isFinal").GetBoolean() && Statuses(live)[0] == "partial");

        await service.TellAsync([lesson.Joined("ana", 13, "2"), lesson.Ended(19)]);

        Assert.Equal(["present", "absent"], Statuses(await service.FinalAsync(lesson.Meeting, lesson.Teacher)));
    }
}

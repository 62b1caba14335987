using System.Net;
using System.Text.Json;
using Meetings.Contracts.Directory;
using Meetings.ServiceDefaults.Data;
using Meetings.ServiceDefaults.Security;
using Meetings.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace Meetings.Attendance.Tests.Service;

/// <summary>Who is shown what, over HTTP.</summary>
public sealed class ReadingTests(AttendanceService service) : IClassFixture<AttendanceService>
{
    [Fact]
    [Trait("Acceptance", "S1-08")]
    [Trait("Acceptance", "S1-09")]
    [Trait("Acceptance", "S0-08")]
    public async Task Participants_are_people_and_guests_with_their_times_and_who_was_expected()
    {
        var lesson = await HeldAsync(lesson => [
            lesson.Joined("teacher", -2), lesson.Joined("ana", -5), lesson.Left("ana", 10), lesson.Joined("ana", 20, "2"), lesson.Left("ana", 50, "2"),
            lesson.Joined("guest1", 1), lesson.Left("guest1", 16), lesson.Ended()]);

        var (status, body) = await service.GetAsync($"/api/v1/meetings/{lesson.RoomId}/participants", lesson.Teacher);

        Assert.Equal(HttpStatusCode.OK, status);
        var meeting = body.GetProperty("meeting");
        Assert.Equal(("Algebra", "Grade 7 Mathematics"), (meeting.GetProperty("title").GetString(), meeting.GetProperty("class").GetProperty("name").GetString()));
        Assert.Equal(lesson.StartsAt, meeting.GetProperty("startsAt").GetDateTimeOffset());
        Assert.Equal(["ana", "guest1's phone", "teacher"], body.GetProperty("participants").EnumerateArray().Select(one => one.GetProperty("name").GetString()));
        var ana = body.GetProperty("participants")[0];
        Assert.Equal((35 * 60, 5 * 60, 5 * 60, 2), (Seconds(ana, "durationSeconds"), Seconds(ana, "earlySeconds"), Seconds(ana, "overtimeSeconds"), ana.GetProperty("joinCount").GetInt32()));
        Assert.Equal(2, ana.GetProperty("intervals").GetArrayLength());
        var guest = body.GetProperty("participants")[1];
        Assert.True(guest.GetProperty("isGuest").GetBoolean());
        Assert.Equal(("guest1@home.example", "left", JsonValueKind.Null), (guest.GetProperty("email").GetString(), guest.GetProperty("status").GetString(), guest.GetProperty("userId").ValueKind));
        Assert.Equal([("ana", true), ("ben", false)], body.GetProperty("expectedAttendees").EnumerateArray().Select(one => (one.GetProperty("name").GetString()!, one.GetProperty("attended").GetBoolean())));
        var stats = body.GetProperty("stats");
        Assert.Equal((3, 1, 2, 50m), (stats.GetProperty("totalParticipants").GetInt32(), stats.GetProperty("joinedCount").GetInt32(), stats.GetProperty("expectedCount").GetInt32(), stats.GetProperty("attendanceRate").GetDecimal()));
        Assert.Equal((95 * 60, 95 * 20), (Seconds(stats, "totalDurationSeconds"), Seconds(stats, "averageDurationSeconds")));
    }

    [Fact]
    [Trait("Acceptance", "S1-10")]
    [Trait("Acceptance", "S2-11")]
    public async Task A_meeting_without_a_class_has_an_empty_summary_and_a_rate_of_0()
    {
        var lesson = new TestLesson(service.Clock.GetUtcNow(), withClass: false);
        await service.TellAsync([.. lesson.School, lesson.MeetingChanged(), lesson.Joined("guest1", 0), lesson.Ended()]);
        await Eventually.Get(() => Task.FromResult(service.Published(lesson.Meeting)), all => all is [{ Records.Count: 0 }], "the event of a final meeting");

        var body = await service.AttendanceAsync(lesson.Meeting, lesson.Teacher, _ => true);
        var (_, participants) = await service.GetAsync($"/api/v1/meetings/{lesson.Meeting}/participants", lesson.Teacher);

        Assert.Equal((0, 0), (body.GetProperty("records").GetArrayLength(), body.GetProperty("summary").GetProperty("enrolled").GetInt32()));
        Assert.Equal((0m, 1), (participants.GetProperty("stats").GetProperty("attendanceRate").GetDecimal(), participants.GetProperty("participants").GetArrayLength()));
    }

    [Fact]
    [Trait("Hostile", "51")]
    public async Task Who_taught_the_class_once_sees_the_lessons_of_that_time_and_no_later_ones()
    {
        var now = service.Clock.GetUtcNow();
        var today = DateOnly.FromDateTime(now.UtcDateTime);
        var lesson = new TestLesson(now);
        ClassMember[] once = [
            new(lesson.Id("before"), Roles.Teacher, today.AddDays(-100), today.AddDays(-50)), new(lesson.Id("then"), Roles.Teacher, today.AddDays(-2), today.AddDays(1)),
            new(lesson.Id("later"), Roles.Teacher, today.AddDays(50), null)];
        await service.TellAsync([
            lesson.AcademyChanged, lesson.ClassChanged(1, null, once), .. lesson.School.OfType<PersonChanged>(), lesson.MeetingChanged(), lesson.Joined("ana", 0), lesson.Ended()]);
        await service.FinalAsync(lesson.Meeting, lesson.Teacher);

        await SeesAsync(lesson, lesson.As("then", Roles.Teacher), "ana ben", HttpStatusCode.OK);
        await SeesAsync(lesson, lesson.As("before", Roles.Teacher), null, HttpStatusCode.Forbidden);
        await SeesAsync(lesson, lesson.As("later", Roles.Teacher), null, HttpStatusCode.Forbidden);

        // And the database, whatever the service decides.
        foreach (var (who, records) in new[] { ("then", 2), ("before", 0), ("later", 0) })
        {
            await using var session = await service.Services.GetRequiredService<Database>().BeginAsync(lesson.As(who, Roles.Teacher), TestContext.Current.CancellationToken);
            await session.ExecuteAsync("select set_config('app.meeting_id', @Meeting::text, true)", new { lesson.Meeting }, TestContext.Current.CancellationToken);
            Assert.Equal(records, await session.ScalarAsync<long>("select count(*) from attendance_record where meeting_id = @Meeting", new { lesson.Meeting }, TestContext.Current.CancellationToken));
            Assert.Equal(records, await session.ScalarAsync<long>("select count(*) from fact where provider_meeting_id = @Number", new { lesson.Number }, TestContext.Current.CancellationToken));
        }
    }

    [Theory]
    [InlineData("N")]
    [InlineData("D")]
    public async Task A_room_that_is_called_like_a_uuid_is_found(string format)
    {
        var lesson = new TestLesson(service.Clock.GetUtcNow(), withClass: false);
        var room = Guid.NewGuid().ToString(format);
        await service.TellAsync([.. lesson.School, lesson.MeetingChanged() with { RoomId = room }]);

        await Eventually.Holds(async () => (await service.GetAsync($"/api/v1/meetings/{room}/attendance", lesson.Teacher)).Status == HttpStatusCode.OK, "the room");
    }

    [Fact]
    [Trait("Acceptance", "S1-14")]
    [Trait("Acceptance", "S1-18")]
    [Trait("Hostile", "51")]
    public async Task Everyone_sees_what_they_may_and_no_more()
    {
        var lesson = await HeldAsync(lesson => [lesson.Joined("ana", 0), lesson.Ended()]);
        await service.TellAsync(lesson.Person("mother", 1, [Roles.Parent], lesson.Id("ana")));
        await service.TellAsync(lesson.Person("uncle", 1, [Roles.Parent], lesson.Id("nobody")));
        await Eventually.Holds(async () => await service.AskAsync<long>("select count(*) from person where id in (@a, @b)", new { a = lesson.Id("mother"), b = lesson.Id("uncle") }) == 2, "the parents");
        var elsewhere = new TestLesson(service.Clock.GetUtcNow());

        await SeesAsync(lesson, lesson.Teacher, "ana ben", HttpStatusCode.OK);
        await SeesAsync(lesson, lesson.As("head", Roles.AcademyAdmin), "ana ben", HttpStatusCode.OK);
        await SeesAsync(lesson, lesson.As("super", Roles.Supervisor), "ana ben", HttpStatusCode.OK);
        await SeesAsync(lesson, new Caller(Guid.CreateVersion7(), null, [Roles.SuperAdmin]), "ana ben", HttpStatusCode.OK);
        await SeesAsync(lesson, lesson.As("ana", Roles.Student), "ana", HttpStatusCode.Forbidden);
        await SeesAsync(lesson, lesson.As("mother", Roles.Parent), "ana", HttpStatusCode.Forbidden);
        await SeesAsync(lesson, lesson.As("uncle", Roles.Parent), null, HttpStatusCode.Forbidden);
        await SeesAsync(lesson, lesson.As("other-student", Roles.Student), null, HttpStatusCode.Forbidden);
        await SeesAsync(lesson, lesson.As("other-teacher", Roles.Teacher), null, HttpStatusCode.Forbidden);
        await SeesAsync(lesson, elsewhere.Teacher, null, HttpStatusCode.NotFound);
        await SeesAsync(lesson, elsewhere.As("head", Roles.AcademyAdmin), null, HttpStatusCode.NotFound);
        Assert.Equal(HttpStatusCode.Unauthorized, (await service.GetAsync($"/api/v1/meetings/{lesson.Meeting}/attendance", null)).Status);

        var foreign = (await service.GetAsync($"/api/v1/meetings/{lesson.Meeting}/attendance", elsewhere.Teacher)).Body;
        var missing = (await service.GetAsync($"/api/v1/meetings/{Guid.CreateVersion7()}/attendance", elsewhere.Teacher)).Body;
        Assert.Equal(WithoutTrace(missing), WithoutTrace(foreign));
    }

    [Fact]
    [Trait("Acceptance", "S1-14")]
    public async Task A_student_sees_the_own_record_in_the_live_view_too()
    {
        var now = service.Clock.GetUtcNow();
        var lesson = new TestLesson(now) { StartsAt = now.AddMinutes(-20) };
        await service.TellAsync([.. lesson.School, lesson.MeetingChanged(), lesson.Joined("ana", 0), lesson.Joined("ben", 0)]);
        await service.AttendanceAsync(lesson.Meeting, lesson.Teacher, body => body.GetProperty("summary").GetProperty("present").GetInt32() == 2);

        var body = await service.AttendanceAsync(lesson.Meeting, lesson.As("ben", Roles.Student), _ => true);

        Assert.Equal(["ben"], body.GetProperty("records").EnumerateArray().Select(record => record.GetProperty("name").GetString()));
    }

    [Fact]
    public async Task A_record_is_explained_to_staff_and_to_its_student()
    {
        var lesson = await HeldAsync(lesson => [lesson.Joined("ana", 0), lesson.Left("ana", 20), lesson.Ended()]);
        var records = (await service.FinalAsync(lesson.Meeting, lesson.Teacher)).GetProperty("records");
        var path = $"/api/v1/attendance/{records[0].GetProperty("recordId").GetGuid()}/explanation";

        foreach (var caller in new[] { lesson.Teacher, lesson.As("ana", Roles.Student) })
        {
            var (status, body) = await service.GetAsync(path, caller);
            Assert.Equal(HttpStatusCode.OK, status);
            Assert.Equal(records[0].GetProperty("explanation").GetString(), body.GetProperty("explanation").GetString());
            Assert.Equal(["joined", "left"], body.GetProperty("timeline").EnumerateArray().Select(one => one.GetProperty("what").GetString()));
            Assert.Equal("left", body.GetProperty("intervals")[0].GetProperty("closedBy").GetString());
        }

        foreach (var caller in new[] { lesson.As("ben", Roles.Student), lesson.As("other-teacher", Roles.Teacher), new TestLesson(service.Clock.GetUtcNow()).Teacher })
            Assert.Equal(HttpStatusCode.NotFound, (await service.GetAsync(path, caller)).Status);
    }

    [Theory]
    [InlineData("not-a-room")]
    [InlineData("00000000-0000-0000-0000-000000000000")]
    [InlineData("%27%20or%201=1--")]
    [InlineData("4999999999999999999999999999999999999999")]
    public async Task What_is_no_meeting_is_not_found(string id)
    {
        var (status, body) = await service.GetAsync($"/api/v1/meetings/{id}/attendance", new TestLesson(service.Clock.GetUtcNow()).Teacher);

        Assert.Equal((HttpStatusCode.NotFound, "meeting-not-found"), (status, body.GetProperty("code").GetString()));
    }

    private async Task<TestLesson> HeldAsync(Func<TestLesson, object[]> events)
    {
        var lesson = new TestLesson(service.Clock.GetUtcNow());
        await service.TellAsync([.. lesson.School, lesson.MeetingChanged(), lesson.Started(), .. events(lesson)]);
        await service.FinalAsync(lesson.Meeting, lesson.Teacher);
        return lesson;
    }

    private async Task SeesAsync(TestLesson lesson, Caller caller, string? names, HttpStatusCode participants)
    {
        var (status, body) = await service.GetAsync($"/api/v1/meetings/{lesson.Meeting}/attendance", caller);
        var seen = status == HttpStatusCode.OK ? string.Join(' ', body.GetProperty("records").EnumerateArray().Select(record => record.GetProperty("name").GetString())) : null;
        Assert.Equal(names, seen);
        if (names is null) Assert.Equal(participants, status);
        Assert.Equal(participants, (await service.GetAsync($"/api/v1/meetings/{lesson.Meeting}/participants", caller)).Status);
    }

    private static long Seconds(JsonElement element, string name) => element.GetProperty(name).GetInt64();

    private static string WithoutTrace(JsonElement problem) =>
        string.Join(' ', problem.EnumerateObject().Where(property => property.Name != "traceId").Select(property => $"{property.Name}={property.Value}"));
}

using System.Text.Json;
using Meetings.Contracts.Meetings.V1;
using Meetings.Testing;
using static Meetings.Attendance.Tests.Service.Views;

namespace Meetings.Attendance.Tests.Service;

/// <summary>From events on the broker to records over HTTP.</summary>
public sealed class HeldClassTests(AttendanceService service) : IClassFixture<AttendanceService>
{
    [Fact]
    [Trait("Acceptance", "S0-01")]
    [Trait("Acceptance", "S1-11")]
    [Trait("Acceptance", "S2-09")]
    [Trait("Acceptance", "S3-25")]
    public async Task A_class_is_held_and_its_attendance_is_there()
    {
        var lesson = new TestLesson(service.Clock.GetUtcNow(), students: ["ana", "ben", "carl", "dina"]);
        await service.TellAsync([.. lesson.School, lesson.MeetingChanged(), lesson.Started()]);
        await service.TellAsync([
            lesson.Joined("teacher", -2), lesson.Joined("ana", 0), lesson.Joined("ana", 10, "2"), lesson.Left("ana", 30), lesson.Left("ana", 40, "2"),
            lesson.Joined("ben", 20), lesson.Left("ben", 34.99), lesson.Joined("carl", 5), lesson.Joined("guest1", 1), lesson.Left("guest1", 44), lesson.Ended()]);

        var body = await service.FinalAsync(lesson.Meeting, lesson.Teacher);

        Assert.Equal(["ana", "ben", "carl", "dina"], Names(body));
        Assert.Equal(["present", "partial", "present", "absent"], Statuses(body));
        var summary = body.GetProperty("summary");
        Assert.Equal((2, 1, 1, 4), (summary.GetProperty("present").GetInt32(), summary.GetProperty("partial").GetInt32(), summary.GetProperty("absent").GetInt32(), summary.GetProperty("enrolled").GetInt32()));
        var ana = body.GetProperty("records")[0];
        Assert.Equal((2400, 1, 1), (ana.GetProperty("durationSeconds").GetInt64(), ana.GetProperty("joinCount").GetInt32(), ana.GetProperty("leaveCount").GetInt32()));
        Assert.Equal(lesson.At(0), ana.GetProperty("firstJoinAt").GetDateTimeOffset());
        Assert.Equal(lesson.At(40), ana.GetProperty("lastLeaveAt").GetDateTimeOffset());
        Assert.Equal(88.88m, ana.GetProperty("percentage").GetDecimal());
        Assert.Contains("policy deped-15 v1 → present", ana.GetProperty("explanation").GetString(), StringComparison.Ordinal);

        var told = await Eventually.Get(() => Task.FromResult(service.Published(lesson.Meeting)), all => all.Count > 0, "the event");
        Assert.Equal((1, 4, false), (told[0].Version, told[0].Records.Count, told[0].NoShow));
        Assert.Equal(4, await service.AskAsync<long>("select count(*) from attendance_record_version v join attendance_record r on r.id = v.record_id where r.occurrence_id = @Occurrence", new { lesson.Occurrence }));
    }

    [Fact]
    [Trait("Acceptance", "S1-12")]
    [Trait("Acceptance", "S0-11")]
    public async Task While_it_runs_the_live_view_tells_the_state_so_far()
    {
        var now = service.Clock.GetUtcNow();
        var lesson = new TestLesson(now) { StartsAt = now.AddMinutes(-20) };
        await service.TellAsync([.. lesson.School, lesson.MeetingChanged(), lesson.Started(), lesson.Joined("ana", 0)]);

        var body = await service.AttendanceAsync(lesson.Meeting, lesson.Teacher, live => Statuses(live) is ["present", "absent"]);

        Assert.False(body.GetProperty("isFinal").GetBoolean());
        Assert.NotEqual(JsonValueKind.Null, body.GetProperty("note").ValueKind);
        Assert.InRange(body.GetProperty("records")[0].GetProperty("durationSeconds").GetInt64(), 1200, 1300);
        Assert.Equal(JsonValueKind.Null, body.GetProperty("records")[0].GetProperty("lastLeaveAt").ValueKind);
    }

    [Fact]
    [Trait("Acceptance", "S2-10")]
    public async Task Facts_about_a_meeting_not_known_yet_wait_for_it()
    {
        var lesson = new TestLesson(service.Clock.GetUtcNow());
        await service.TellAsync([lesson.Ended(), lesson.Joined("ana", 3), lesson.Started()]);
        await Eventually.Holds(async () => await service.AskAsync<long>("select count(*) from fact where provider_meeting_id = @Number", new { lesson.Number }) == 3, "the facts");

        await service.TellAsync([.. lesson.School, lesson.MeetingChanged()]);

        Assert.Equal(["present", "absent"], Statuses(await service.FinalAsync(lesson.Meeting, lesson.Teacher)));
    }

    [Fact]
    [Trait("Property", "P3")]
    [Trait("Hostile", "45")]
    public async Task Any_order_and_any_repeats_give_the_same_records()
    {
        var lessons = Enumerable.Range(0, 3).Select(_ => new TestLesson(service.Clock.GetUtcNow(), students: ["ana", "ben", "carl"])).ToArray();
        var random = new Random(20260914);
        foreach (var lesson in lessons)
        {
            object[] events = [
                .. lesson.School, lesson.MeetingChanged(), lesson.Started(), lesson.Joined("ana", 0), lesson.Left("ana", 9), lesson.Joined("ana", 12, "2"), lesson.Left("ana", 20, "2"),
                lesson.Joined("ben", 1), lesson.Left("ben", 44), lesson.Joined("guest1", 1), lesson.Left("guest1", 2), lesson.Ended()];
            var told = lesson == lessons[0] ? events : [.. events.Concat(events.Where(_ => random.Next(2) == 0)).OrderBy(_ => random.Next())];
            await service.TellAsync(told);
        }

        var sheets = new List<string>();
        foreach (var lesson in lessons)
        {
            var body = await service.FinalAsync(lesson.Meeting, lesson.Teacher, final => Statuses(final) is ["present", "present", "absent"]);
            sheets.Add(string.Join('|', body.GetProperty("records").EnumerateArray().Select(record =>
                $"{record.GetProperty("name")} {record.GetProperty("status")} {record.GetProperty("durationSeconds")} {record.GetProperty("joinCount")}")));
        }

        Assert.Single(sheets.Distinct());
    }

    [Fact]
    [Trait("Property", "P8")]
    [Trait("Acceptance", "X33")]
    [Trait("Acceptance", "S3-25")]
    [Trait("Hostile", "44")]
    public async Task A_late_fact_makes_a_new_version_and_keeps_the_old_one()
    {
        var lesson = new TestLesson(service.Clock.GetUtcNow());
        await service.TellAsync([.. lesson.School, lesson.MeetingChanged(), lesson.Joined("ana", 0), lesson.Ended()]);
        await service.FinalAsync(lesson.Meeting, lesson.Teacher);

        await service.TellAsync([lesson.Joined("ben", 40), lesson.Left("ana", 10)]);

        await service.FinalAsync(lesson.Meeting, lesson.Teacher, body => Statuses(body) is ["partial", "partial"]);
        var told = await Eventually.Get(() => Task.FromResult(service.Published(lesson.Meeting)), all => all.Count > 1 && Latest(all) == 2, "the second version");
        Assert.Equal(Enumerable.Range(1, told.Count).Select(version => (long)version), told.Select(one => one.Version).Order());
        Assert.Equal("present", await service.AskAsync<string>(
            "select v.status from attendance_record_version v join attendance_record r on r.id = v.record_id where r.student_id = @ana and v.version = 1", new { ana = lesson.Id("ana") }));

        static int Latest(IReadOnlyList<Contracts.Attendance.AttendanceFinalized> all) => all.MaxBy(one => one.Version)!.Records.Count(record => record.Status == "partial");
    }

    [Fact]
    [Trait("Acceptance", "X33")]
    public async Task A_later_sitting_reopens_the_lesson_until_it_ends()
    {
        var now = service.Clock.GetUtcNow();
        var lesson = new TestLesson(now) { StartsAt = now.AddMinutes(-20) };
        await service.TellAsync([.. lesson.School, lesson.MeetingChanged(), lesson.Started(), lesson.Joined("ana", 0), lesson.Ended(5)]);
        Assert.Equal(["partial", "absent"], Statuses(await service.FinalAsync(lesson.Meeting, lesson.Teacher)));

        await service.TellAsync([lesson.Started(8, "again"), lesson.Joined("ana", 8, "2", "again")]);
        await service.AttendanceAsync(lesson.Meeting, lesson.Teacher, body => !body.GetProperty("isFinal").GetBoolean() && Statuses(body)[0] == "present");

        await service.TellAsync(lesson.Ended(19.5, "again"));
        Assert.Equal(["present", "absent"], Statuses(await service.FinalAsync(lesson.Meeting, lesson.Teacher)));
    }

    [Fact]
    [Trait("Acceptance", "X33")]
    public async Task A_later_sitting_that_changes_no_mark_is_told_of_and_its_own_report_asked_for()
    {
        var lesson = new TestLesson(service.Clock.GetUtcNow());
        service.Peers.Reports[lesson.Sitting] = [Row(lesson, "ana", 0, 40)];
        await service.TellAsync([.. lesson.School, lesson.MeetingChanged(), lesson.Started(), lesson.Joined("ana", 0), lesson.Ended()]);
        await service.FinalAsync(lesson.Meeting, lesson.Teacher);
        await Eventually.Holds(() => Task.FromResult(service.Published(lesson.Meeting).Any(one => one.Version == 1)), "the first event");

        // The teacher alone, after the window: the meeting went live again, and who follows its state waits to hear that it is final again.
        var heard = service.Clock.GetUtcNow();
        await service.TellAsync([
            lesson.Started(45.5, "again") with { ReceivedAt = heard }, lesson.Joined("teacher", 45.5, "2", "again") with { ReceivedAt = heard },
            lesson.Ended(45.8, "again") with { ReceivedAt = heard }]);
        await Eventually.Holds(() => Task.FromResult(service.Published(lesson.Meeting).Any(one => one.Version == 2)), "the event of the second finalisation");
        Assert.Equal(0, await service.AskAsync<long>("select count(*) from attendance_record where occurrence_id = @Occurrence and version > 1", new { lesson.Occurrence }));

        service.Peers.Reports["again"] = [Row(lesson, "teacher", 45.5, 45.8)];
        await Eventually.Holds(
            async () => await service.AskAsync<bool>("select exists (select from fact where provider_meeting_id = @Number and sitting_id = 'again' and source = 2)", new { lesson.Number }),
            "the later sitting's own report");
    }

    [Fact]
    public async Task The_providers_report_makes_good_what_its_webhooks_lost()
    {
        var lesson = new TestLesson(service.Clock.GetUtcNow(), students: ["ana", "ben", "carl"]);
        service.Peers.Reports[lesson.Sitting] = [Row(lesson, "ana", 0, 14), Row(lesson, "ben", 2, 40)];
        await service.TellAsync([.. lesson.School, lesson.MeetingChanged(), lesson.Started(), lesson.Joined("ana", 0), lesson.Ended()]);

        var body = await service.FinalAsync(lesson.Meeting, lesson.Teacher);

        Assert.Equal(["partial", "present", "absent"], Statuses(body));
        Assert.Equal(["webhook+report", "report", "none"], body.GetProperty("records").EnumerateArray().Select(record => record.GetProperty("source").GetString()));
        Assert.Equal("ana1 leave_not_told, ben1 join_not_told, ben1 leave_not_told", await service.AskAsync<string>(
            "select string_agg(session_number || ' ' || difference, ', ' order by session_number, difference) from reconciliation where occurrence_id = @Occurrence", new { lesson.Occurrence }));
        Assert.True(await service.AskAsync<bool>("select report from occurrence_result where occurrence_id = @Occurrence", new { lesson.Occurrence }));
    }

    [Fact]
    public async Task A_report_that_is_not_there_yet_delays_nothing_and_is_asked_for_again()
    {
        var lesson = new TestLesson(service.Clock.GetUtcNow());
        await service.TellAsync([.. lesson.School, lesson.MeetingChanged(), lesson.Started(), lesson.Joined("ana", 0), lesson.Ended()]);
        Assert.Equal(["present", "absent"], Statuses(await service.FinalAsync(lesson.Meeting, lesson.Teacher)));

        service.Peers.Reports[lesson.Sitting] = [Row(lesson, "ana", 0, 40), Row(lesson, "ben", 2, 40)];

        await service.FinalAsync(lesson.Meeting, lesson.Teacher, body => Statuses(body) is ["present", "present"]);
    }

    [Fact]
    public async Task What_was_never_heard_of_is_no_data_and_not_absent()
    {
        var lesson = new TestLesson(service.Clock.GetUtcNow().AddHours(-2));
        await service.TellAsync([.. lesson.School, lesson.MeetingChanged()]);
        await service.AttendanceAsync(lesson.Meeting, lesson.Teacher, live => !live.GetProperty("isFinal").GetBoolean());
        service.Clock.Advance(TimeSpan.FromMinutes(30));

        var body = await service.FinalAsync(lesson.Meeting, lesson.Teacher);

        Assert.Equal(["no_data", "no_data"], Statuses(body));
        Assert.Equal(2, body.GetProperty("summary").GetProperty("noData").GetInt32());
        Assert.True(await service.AskAsync<bool>("select needs_review from occurrence_result where occurrence_id = @Occurrence", new { lesson.Occurrence }));
    }

    [Fact]
    public async Task An_end_that_never_came_is_waited_for_half_an_hour()
    {
        var lesson = new TestLesson(service.Clock.GetUtcNow().AddHours(-2));
        await service.TellAsync([.. lesson.School, lesson.Started(), lesson.Joined("ana", 0), lesson.MeetingChanged()]);
        await service.AttendanceAsync(lesson.Meeting, lesson.Teacher, live => !live.GetProperty("isFinal").GetBoolean());
        service.Clock.Advance(TimeSpan.FromMinutes(30));

        Assert.Equal(["present", "absent"], Statuses(await service.FinalAsync(lesson.Meeting, lesson.Teacher)));
    }

    [Fact]
    [Trait("Hostile", "34")]
    public async Task What_no_database_can_keep_is_kept_as_far_as_it_can()
    {
        var lesson = new TestLesson(service.Clock.GetUtcNow());
        var wild = lesson.Joined("ana", 0) with { ConnectionId = new string('x', 10_000), Who = new(Email: lesson.Email("ana"), Name: "A\0na\uD800" + new string('n', 100_000)) };
        await service.TellAsync([.. lesson.School, lesson.MeetingChanged(), wild, lesson.Left("ana", 20) with { ConnectionId = wild.ConnectionId }, lesson.Ended()]);

        var body = await service.FinalAsync(lesson.Meeting, lesson.Teacher);

        Assert.Equal(["present", "absent"], Statuses(body));
        Assert.Equal(1200, body.GetProperty("records")[0].GetProperty("durationSeconds").GetInt64());
    }

    private static PastParticipant Row(TestLesson lesson, string who, double from, double to) => new()
    {
        SessionNumber = $"{who}1",
        Email = lesson.Email(who),
        Name = who,
        JoinedAt = Google.Protobuf.WellKnownTypes.Timestamp.FromDateTimeOffset(lesson.At(from)),
        LeftAt = Google.Protobuf.WellKnownTypes.Timestamp.FromDateTimeOffset(lesson.At(to)),
    };

    private static string[] Names(JsonElement body) => [.. body.GetProperty("records").EnumerateArray().Select(record => record.GetProperty("name").GetString()!)];
}

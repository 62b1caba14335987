using System.Text.Json.Nodes;
using Meetings.Rehearsal;
using Meetings.Rehearsal.Running;
using Meetings.Rehearsal.Scenario;
using Meetings.Rehearsal.Sheet;
using Xunit;

namespace Meetings.ZoomSandbox.Tests;

/// <summary>The class of the play command: what it expects of itself, and that the sandbox holds it so.</summary>
public sealed class RehearsalScenarioTests
{
    private static readonly TimeSpan Reconnect = TimeSpan.FromMinutes(2);

    [Fact]
    [Trait("Acceptance", "S0-10")]
    public void The_expected_sheet_is_what_the_policy_makes_of_the_visits()
    {
        foreach (var student in ClassOfForty.Students)
        {
            var seconds = SecondsInLesson(student.Visits.SelectMany(v => v.Presence(ClassOfForty.Closed)));
            var status = seconds >= 900 ? "present" : seconds > 0 ? "partial" : "absent";
            Assert.True((status, seconds) == (student.Expected.Status, student.Expected.Seconds), $"{student.Number} {student.Story}: {status}, {seconds} s");
        }
    }

    [Fact]
    public void Forty_students_play_every_part_of_a_hard_day()
    {
        var visits = ClassOfForty.Students.SelectMany(s => s.Visits).ToList();

        Assert.Equal(Enumerable.Range(1, 40), ClassOfForty.Students.Select(s => s.Number));
        Assert.Equal((31, 6, 3), (Count("present"), Count("partial"), Count("absent")));
        Assert.All(Enum.GetValues<Telling>(), telling => Assert.Contains(visits, v => v.Coming == telling || v.Leaving == telling));
        Assert.All(Enum.GetValues<KnownBy>(), by => Assert.Contains(ClassOfForty.Students, s => s.By == by));
        Assert.Contains(ClassOfForty.Students, s => s.Visits.Length == 0);

        int Count(string status) => ClassOfForty.Students.Count(s => s.Expected.Status == status);
    }

    [Theory]
    [InlineData("2026-11-20T00:00:00Z", "2026-11-18T23:30:00Z", "08:00 in Manila: today's lesson still runs")]
    [InlineData("2026-11-20T00:22:00Z", "2026-11-19T23:30:00Z", "08:22 in Manila: it is over")]
    [InlineData("2026-11-20T15:59:00Z", "2026-11-19T23:30:00Z", "23:59 in Manila: the same day")]
    public void The_class_is_held_on_the_latest_day_on_which_it_would_be_over(string now, string startsAt, string because) =>
        Assert.True(DateTimeOffset.Parse(startsAt, null) == LessonDay.Latest(DateTimeOffset.Parse(now, null)).StartsAt, because);

    [Theory]
    [InlineData("--what")]
    [InlineData("--seed")]
    [InlineData("--seed", "x")]
    [InlineData("--gateway", "ftp://localhost")]
    public void A_wrong_command_line_is_exit_code_2(params string[] args) =>
        Assert.Equal(ExitCode.Usage, Assert.Throws<PlayFailure>(() => Options.Parse(args, _ => null)).Code);

    [Fact]
    public void The_command_line_goes_before_the_environment()
    {
        var options = Options.Parse(["--gateway", "http://localhost:1", "--twice"], name => name == "MEETINGS_SANDBOX" ? "http://localhost:2/" : "http://localhost:3");

        Assert.Equal(("http://localhost:1/", "http://localhost:2/", true), (options.Gateway.ToString(), options.Sandbox.ToString(), options.Twice));
    }

    [Fact]
    public async Task The_sandbox_holds_the_class_so_that_its_report_gives_the_expected_seconds()
    {
        await using var sandbox = await SandboxServer.StartAsync();
        var (id, steps) = (await sandbox.MeetingAsync(), Timeline.Of(student => new Person(student.Email, student.Email)));
        using var client = new SandboxClient(sandbox.Http.BaseAddress!);

        await new Director(client, new LessonDay(new DateOnly(2026, 11, 20)), id, seed: 1).PlayAsync(steps, _ => { }, TestContext.Current.CancellationToken);
        await sandbox.IdleAsync();

        var rows = (JsonArray)(await sandbox.CallAsync(HttpMethod.Get, $"/report/meetings/{id}/participants?page_size=300", null, 200))!["participants"]!;
        foreach (var student in ClassOfForty.Students)
        {
            var stays = rows.Where(r => r!["user_email"]!.GetValue<string>() == student.Email && r["status"]!.GetValue<string>() == "in_meeting")
                .Select(r => (Local(r!, "join_time"), Local(r!, "leave_time")));
            Assert.Equal((student.Number, student.Expected.Seconds), (student.Number, SecondsInLesson(stays)));
        }
    }

    [Fact]
    public async Task The_webhooks_of_the_class_are_as_disorderly_as_planned()
    {
        await using var sandbox = await SandboxServer.StartAsync();
        var (id, steps) = (await sandbox.MeetingAsync(), Timeline.Of(student => new Person(student.Email, student.Email)));
        using var client = new SandboxClient(sandbox.Http.BaseAddress!);
        await new Director(client, new LessonDay(new DateOnly(2026, 11, 20)), id, seed: 1).PlayAsync(steps, _ => { }, TestContext.Current.CancellationToken);
        await sandbox.IdleAsync();

        var all = sandbox.Receiver.All.Where(r => r.Event != "meeting.created").ToList();
        Assert.Equal(0, Told("left", 33));
        Assert.Equal((3, 3), (Told("joined", 34), Told("left", 34)));
        Assert.True(Position("left", 36) < Position("joined", 36), "36 leaves before coming");
        Assert.True(all.FindLastIndex(r => Is(r, "joined", 35)) < Position("left", 35), "35 has come back before leaving");
        Assert.True(all.FindIndex(r => r.Event == "meeting.ended") < all.FindLastIndex(r => r.Event == "meeting.participant_left"), "leaves after the end");
        Assert.NotEqual(all.OrderBy(r => r.Json["event_ts"]!.GetValue<long>()), all);

        bool Is(Received r, string what, int number) =>
            r.Event == $"meeting.participant_{what}" && r.Participant["email"]!.GetValue<string>() == ClassOfForty.Students[number - 1].Email;
        int Told(string what, int number) => all.Count(r => Is(r, what, number));
        int Position(string what, int number) => all.FindIndex(r => Is(r, what, number));
    }

    [Fact]
    public void A_sheet_that_differs_is_told_line_by_line()
    {
        var ids = ClassOfForty.Students.ToDictionary(s => s.Number, _ => Guid.NewGuid());
        var records = ClassOfForty.Students.Select(s =>
            new AttendanceRecord(ids[s.Number], s.Email, s.Expected.Status, null, null, s.Expected.Seconds, 0, 1, 1, null)).ToList();
        var right = new AttendanceSheet(true, new Summary(31, 0, 6, 3, 0, 40), records);
        var wrong = right with { Records = [.. records.Skip(1).Select((r, n) => n == 0 ? r with { DurationSeconds = 1 } : r)] };

        Assert.Empty(SheetComparison.WithScenario(right, ids));
        Assert.Empty(SheetComparison.OfTwo(right, right with { Records = [.. records] }));
        Assert.Equal(3, SheetComparison.WithScenario(wrong, ids).Count);
        Assert.Equal(2, SheetComparison.OfTwo(right, wrong).Count);
    }

    // On purpose not the product's way of counting: second by second.
    private static int SecondsInLesson(IEnumerable<(TimeOnly From, TimeOnly To)> stays)
    {
        var present = new HashSet<int>();
        foreach (var (from, to) in stays) present.UnionWith(Enumerable.Range(Second(from), Second(to) - Second(from)));

        var moments = present.Order().ToList();
        foreach (var (before, after) in moments.Zip(moments.Skip(1)))
        {
            var gap = after - before - 1;
            if (gap > 0 && gap < Reconnect.TotalSeconds) present.UnionWith(Enumerable.Range(before + 1, gap));
        }

        return present.Count(s => s >= Second(ClassOfForty.Starts) && s < Second(ClassOfForty.Ends));
    }

    private static int Second(TimeOnly time) => (int)time.ToTimeSpan().TotalSeconds;

    private static TimeOnly Local(JsonNode row, string field) =>
        TimeOnly.FromDateTime(LessonDay.Local(DateTimeOffset.Parse(row[field]!.GetValue<string>(), null)).DateTime);
}

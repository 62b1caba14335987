using Meetings.Contracts.Directory;
using Meetings.Testing;

namespace Meetings.Attendance.Tests.Service;

/// <summary>Ten thousand of something on the broker at once, and the sheet is exact. A service of its own: others would wait behind it.</summary>
public sealed class FloodTests(AttendanceService service) : IClassFixture<AttendanceService>
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    [Trait("Hostile", "48")]
    public async Task Ten_thousand_students_who_join_at_once_are_each_present_to_the_second()
    {
        var students = Enumerable.Range(0, 10_000).Select(n => $"student{n:00000}").ToArray();
        var lesson = new TestLesson(service.Clock.GetUtcNow(), students: students);
        // Known since the school was imported; that the events make people known is tested elsewhere, at their own pace.
        await service.AskAsync<int>("""
            insert into person (id, version, academy_id, name, email, roles, children)
            select id, 1, @Academy, name, email, '{student}', '{}' from unnest(@ids, @names, @emails) as known (id, name, email)
            """, new { lesson.Academy, ids = students.Select(lesson.Id).ToArray(), names = students, emails = students.Select(lesson.Email).ToArray() });
        await service.TellAsync([lesson.AcademyChanged, lesson.ClassChanged(), lesson.Person("teacher", 1, [Roles.Teacher]), lesson.MeetingChanged(), lesson.Started()]);

        // All within one minute; who is there at the end leaves with it.
        await TellAllAsync(students.Select((name, n) => (object)(lesson.Joined(name, 0) with { At = lesson.StartsAt.AddSeconds(n % 60) })));
        await FactsAsync(lesson, students.Length + 1);
        await service.TellAsync(lesson.Ended());

        var body = await Eventually.Get(
            async () => (await service.GetAsync($"/api/v1/meetings/{lesson.Meeting}/attendance", lesson.Teacher)).Body,
            sheet => sheet.TryGetProperty("isFinal", out var final) && final.GetBoolean(), "the final sheet", Patience);

        Assert.Equal((students.Length, 0), (body.GetProperty("summary").GetProperty("present").GetInt32(), body.GetProperty("summary").GetProperty("absent").GetInt32()));
        var records = body.GetProperty("records").EnumerateArray().ToList();
        Assert.Equal(students, records.Select(record => record.GetProperty("name").GetString()));
        Assert.All(records, (record, n) =>
        {
            Assert.Equal((2700 - (n % 60), 1), (record.GetProperty("durationSeconds").GetInt64(), record.GetProperty("joinCount").GetInt32()));
            Assert.Equal(lesson.StartsAt.AddSeconds(n % 60), record.GetProperty("firstJoinAt").GetDateTimeOffset());
        });
        await Eventually.Holds(() => Task.FromResult(service.Published(lesson.Meeting).Any(told => told.Records.Count == students.Length)), "the event", Patience);
    }

    [Fact]
    [Trait("Hostile", "47")]
    public async Task Five_thousand_flaps_in_a_minute_are_one_stay_and_two_facts_each()
    {
        var lesson = new TestLesson(service.Clock.GetUtcNow());
        await service.TellAsync([.. lesson.School, lesson.MeetingChanged(), lesson.Started()]);

        // And some of them told twice, as when the answers to them were lost.
        var flaps = Enumerable.Range(0, 5000).SelectMany(n => new object[] { lesson.Joined("ana", n * 0.0002, $"{n}"), lesson.Left("ana", (n * 0.0002) + 0.0001, $"{n}") }).ToList();
        await TellAllAsync(flaps.Concat(flaps.Take(1000)));
        await FactsAsync(lesson, flaps.Count + 1);
        await service.TellAsync(lesson.Ended());

        var body = await Eventually.Get(
            async () => (await service.GetAsync($"/api/v1/meetings/{lesson.Meeting}/attendance", lesson.Teacher)).Body,
            sheet => sheet.TryGetProperty("isFinal", out var final) && final.GetBoolean(), "the final sheet", Patience);

        var ana = body.GetProperty("records")[0];
        Assert.Equal(("partial", 59, 1), (ana.GetProperty("status").GetString(), ana.GetProperty("durationSeconds").GetInt64(), ana.GetProperty("joinCount").GetInt32()));
        // Two for each flap, the start and the end; who they were is kept once for each connection.
        Assert.Equal(flaps.Count + 2, await service.AskAsync<long>("select count(*) from fact where provider_meeting_id = @Number", new { lesson.Number }));
    }

    private Task FactsAsync(TestLesson lesson, long count) => Eventually.Holds(
        async () => await service.AskAsync<long>("select count(*) from fact where provider_meeting_id = @Number", new { lesson.Number }) == count, $"{count} facts", Patience);

    // Many at once, as from several relays; one after the other each would wait for its own confirm.
    private Task TellAllAsync(IEnumerable<object> messages) => Parallel.ForEachAsync(
        messages, new ParallelOptions { MaxDegreeOfParallelism = 128, CancellationToken = Ct }, async (message, _) => await service.TellAsync(message));
}

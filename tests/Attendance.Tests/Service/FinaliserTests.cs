using Dapper;
using Google.Protobuf.WellKnownTypes;
using Meetings.Contracts.Meetings.V1;
using Meetings.Testing;

namespace Meetings.Attendance.Tests.Service;

/// <summary>Many lessons that end together, and providers that think for long.</summary>
public sealed class FinaliserTests : IAsyncLifetime
{
    private readonly AttendanceService _service = new() { Settings = { ["Attendance:Parallel"] = "4" } };
    private readonly TaskCompletionSource _reports = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public async ValueTask InitializeAsync()
    {
        await _service.InitializeAsync();
        _service.Peers.Slow = _reports.Task;
    }

    public async ValueTask DisposeAsync()
    {
        _reports.TrySetResult();
        await _service.DisposeAsync();
    }

    [Fact]
    public async Task Lessons_that_end_together_wait_for_their_reports_together_a_few_at_a_time_and_hold_no_connection()
    {
        var lessons = await EndedAsync(12);

        await Eventually.Holds(() => Task.FromResult(_service.Peers.Asking.Now == 4), "four reports to be asked for at once");
        await Eventually.Holds(async () => await _service.AskAsync<long>("select count(*) from calculation where leased_until > now()") == 4, "four leases");
        await Eventually.Holds(
            async () => await _service.AskAsync<long>("select count(*) from pg_stat_activity where datname = current_database() and state like 'idle in transaction%'") == 0,
            "no transaction to be open while the provider thinks");

        _reports.SetResult();
        foreach (var lesson in lessons) await _service.FinalAsync(lesson.Meeting, lesson.Teacher);
        Assert.Equal(4, _service.Peers.Asking.Most);
    }

    [Fact]
    [Trait("Hostile", "81")]
    public async Task A_replica_that_stops_gives_its_work_back_and_another_does_it_at_once()
    {
        var lessons = await EndedAsync(6);
        await Eventually.Holds(() => Task.FromResult(_service.Peers.Asking.Now == 4), "four reports to be asked for at once");

        await _service.StopReplicaAsync();

        Assert.Equal((6, 0), (
            await _service.AskAsync<long>("select count(*) from calculation"), await _service.AskAsync<long>("select count(*) from calculation where leased_until is not null")));
        _reports.SetResult();
        await _service.StartReplicaAsync();

        // Long before a lease of a minute would have run out.
        foreach (var lesson in lessons)
        {
            await _service.FinalAsync(lesson.Meeting, lesson.Teacher);
            var told = await Eventually.Get(() => Task.FromResult(_service.Published(lesson.Meeting)), all => all.Count > 0, "the event");
            Assert.Equal(1, Assert.Single(told).Version);
        }
    }

    [Fact]
    public async Task A_sitting_that_begins_while_the_provider_is_asked_keeps_the_lesson_open()
    {
        var lesson = (await EndedAsync(1)).Single();
        _service.Peers.Reports[lesson.Sitting] = [new PastParticipant { SessionNumber = "ana1", Name = "ana", JoinedAt = lesson.At(0).ToTimestamp() }];
        await Eventually.Holds(() => Task.FromResult(_service.Peers.Asking.Now == 1), "the report to be asked for");

        await _service.TellAsync([lesson.Started(45.5, "again"), lesson.Joined("ben", 45.5, sitting: "again")]);
        await Eventually.Holds(async () => await FactsAsync(lesson, "again") == 2, "the sitting to be known");
        _reports.SetResult();

        await Eventually.Holds(
            async () => await _service.AskAsync<long>("select count(*) from calculation where occurrence_id = @Occurrence and reason = 'timeout' and leased_until is null", new { lesson.Occurrence }) == 1,
            "the lesson to wait for the end of its sitting");
        Assert.Equal(0, await _service.AskAsync<long>("select count(*) from occurrence_result where occurrence_id = @Occurrence and is_final", new { lesson.Occurrence }));
        Assert.Empty(_service.Published(lesson.Meeting));
    }

    [Fact]
    public async Task A_lesson_that_is_long_in_writing_holds_up_no_facts_and_misses_none()
    {
        _reports.SetResult();
        await using var other = await _service.Db.OpenConnectionAsync(TestContext.Current.CancellationToken);
        await using var slow = await other.BeginTransactionAsync(TestContext.Current.CancellationToken);
        await other.ExecuteAsync("lock table attendance_record in share mode");
        var lesson = (await EndedAsync(1)).Single();
        var writing = await Eventually.Get(WritingAsync, since => since is not null, "its records to be written");

        await _service.TellAsync(lesson.Left("ana", 20));
        await Eventually.Holds(async () => await FactsAsync(lesson, lesson.Sitting) == 3, "a late fact of the lesson to be known");
        var elsewhere = new TestLesson(_service.Clock.GetUtcNow());
        await _service.TellAsync(elsewhere.Joined("ana", 0));
        await Eventually.Holds(async () => await FactsAsync(elsewhere, elsewhere.Sitting) == 1, "a fact of another lesson to be known");
        Assert.Equal(writing, await WritingAsync());

        await slow.RollbackAsync(TestContext.Current.CancellationToken);
        await _service.FinalAsync(lesson.Meeting, lesson.Teacher, body => body.GetProperty("records")[0].GetProperty("durationSeconds").GetInt64() == 1200);
        var told = await Eventually.Get(() => Task.FromResult(_service.Published(lesson.Meeting)), all => all.Count > 0, "the event");
        Assert.Equal(1, Assert.Single(told).Version);
    }

    // Since when records wait to be written.
    private Task<string?> WritingAsync() => _service.AskAsync<string?>(
        "select min(a.query_start)::text from pg_locks l join pg_stat_activity a using (pid) where l.relation = 'attendance_record'::regclass and not l.granted");

    private Task<long> FactsAsync(TestLesson lesson, string sitting) =>
        _service.AskAsync<long>("select count(*) from fact where provider_meeting_id = @Number and sitting_id = @sitting", new { lesson.Number, sitting });

    private async Task<TestLesson[]> EndedAsync(int count)
    {
        var lessons = Enumerable.Range(0, count).Select(_ => new TestLesson(_service.Clock.GetUtcNow())).ToArray();
        foreach (var lesson in lessons)
        {
            _service.Peers.Reports[lesson.Sitting] = [];
            await _service.TellAsync([.. lesson.School, lesson.MeetingChanged(), lesson.Joined("ana", 0), lesson.Ended()]);
        }

        return lessons;
    }
}

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

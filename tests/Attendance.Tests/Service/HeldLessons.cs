using Dapper;
using Meetings.Contracts.Directory;
using Meetings.ServiceDefaults.Data;
using Meetings.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace Meetings.Attendance.Tests.Service;

/// <summary>Final lessons of a class, and what is planned of them.</summary>
internal sealed class HeldLessons(AttendanceService service)
{
    // Every plan of a calculation, whatever became of it.
    private const string Watch = """
        create table if not exists planned (occurrence_id uuid not null);
        create or replace function watch_plans() returns trigger language plpgsql security definer as $$
        begin
            if tg_op = 'INSERT' or old.version <> new.version then insert into public.planned values (new.occurrence_id); end if;
            return null;
        end $$;
        create or replace trigger watch_plans after insert or update on calculation for each row execute function watch_plans();
        delete from planned
        """;

    /// <summary>Two lessons of one class, ten days apart, both final, with ana there and what else came.</summary>
    public async Task<(TestLesson Before, TestLesson After)> HeldAsync(Func<TestLesson, object[]> more)
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

        await WatchPlansAsync();
        return (before, after);
    }

    public async Task<int> SayAsync(Func<DatabaseSession, Task<int>> say)
    {
        await using var session = await service.Services.GetRequiredService<Database>().BeginAsServiceAsync(TestContext.Current.CancellationToken);
        var planned = await say(session);
        await session.CommitAsync(TestContext.Current.CancellationToken);
        return planned;
    }

    /// <summary>From here on plans are counted.</summary>
    public async Task WatchPlansAsync()
    {
        await using var connection = await service.Db.OpenConnectionAsync(TestContext.Current.CancellationToken);
        await connection.ExecuteAsync(Watch);
    }

    public Task<long> PlansAsync(TestLesson lesson) => service.AskAsync<long>("select count(*) from planned where occurrence_id = @Occurrence", new { lesson.Occurrence });

    public Task<string> VersionsAsync(TestLesson lesson, params string[] names) => service.AskAsync<string>(
        "select string_agg(version::text, '' order by name) from attendance_record where occurrence_id = @Occurrence and name = any(@names)", new { lesson.Occurrence, names });
}

using Dapper;
using Meetings.Attendance.Calculation;
using Meetings.Contracts.Meetings;
using Meetings.ServiceDefaults.Data;
using Meetings.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Meetings.Attendance.Tests.Service;

/// <summary>Several replicas, crashes in between, and what people said.</summary>
public sealed class ReplicasTests(AttendanceService service) : IClassFixture<AttendanceService>
{
    [Fact]
    [Trait("Hostile", "81")]
    public async Task Two_replicas_share_the_work_and_do_it_once()
    {
        await service.StartReplicaAsync();
        var lessons = Enumerable.Range(0, 10).Select(_ => new TestLesson(service.Clock.GetUtcNow())).ToArray();

        foreach (var lesson in lessons) await service.TellAsync([.. lesson.School, lesson.MeetingChanged(), lesson.Joined("ana", 0)]);
        foreach (var lesson in lessons) await service.TellAsync([lesson.Left("ana", 20), lesson.Ended(), lesson.Ended(), lesson.Joined("ana", 0)]);

        foreach (var lesson in lessons)
        {
            await service.FinalAsync(lesson.Meeting, lesson.Teacher, body => body.GetProperty("summary").GetProperty("present").GetInt32() == 1);
            var told = await Eventually.Get(() => Task.FromResult(service.Published(lesson.Meeting)), all => all.Count > 0, "the event");
            Assert.Equal(told.Count, told.Select(one => one.Version).Distinct().Count());
            Assert.Equal(2, await service.AskAsync<long>("select count(*) from attendance_record where occurrence_id = @Occurrence", new { lesson.Occurrence }));
        }
    }

    [Fact]
    public async Task A_meeting_and_its_end_that_come_at_the_same_moment_do_not_miss_each_other()
    {
        var school = new TestLesson(service.Clock.GetUtcNow());
        await service.TellAsync(school.School);
        var lessons = Enumerable.Range(0, 40).Select(_ => new TestLesson(service.Clock.GetUtcNow(), withClass: false) { Academy = school.Academy }).ToArray();

        // Missed, the end would be found by the time-out alone, half an hour later.
        await Task.WhenAll(lessons.SelectMany(lesson => new[] { service.TellAsync(lesson.Ended()), service.TellAsync(lesson.MeetingChanged()) }));

        foreach (var lesson in lessons)
            await Eventually.Holds(async () => await service.AskAsync<bool>("select exists (select from occurrence_result where occurrence_id = @Occurrence)", new { lesson.Occurrence }), "the end to be noticed");
    }

    [Fact]
    public async Task A_sitting_that_overruns_into_the_next_date_of_its_meeting_ends_its_own()
    {
        var lesson = new TestLesson(service.Clock.GetUtcNow()) { StartsAt = service.Clock.GetUtcNow().AddMinutes(-60) };
        var planned = lesson.MeetingChanged();
        await service.TellAsync([.. lesson.School, planned with { Occurrences = [.. planned.Occurrences, new MeetingOccurrence(Guid.CreateVersion7(), lesson.At(46), 45)] }]);
        await Eventually.Holds(async () => await service.AskAsync<long>("select count(*) from occurrence where meeting_id = @Meeting", new { lesson.Meeting }) == 2, "both dates");

        await service.TellAsync([lesson.Started(), lesson.Joined("ana", 0), lesson.Ended(50)]);

        // By the nearest date to the end alone, it would be found by the time-out, half an hour later.
        await Eventually.Holds(
            async () => await service.AskAsync<bool>("select exists (select from occurrence_result where occurrence_id = @Occurrence and is_final)", new { lesson.Occurrence }), "the date on which it began to be final");
    }

    [Fact]
    public async Task Work_whose_lease_ran_out_is_taken_up_again()
    {
        var lesson = new TestLesson(service.Clock.GetUtcNow());
        await service.TellAsync([.. lesson.School, lesson.MeetingChanged()]);
        await Eventually.Holds(async () => await service.AskAsync<long>("select count(*) from calculation where occurrence_id = @Occurrence", new { lesson.Occurrence }) == 1, "the plan");

        // As a replica leaves it that died over it.
        await service.AskAsync<Guid>("update calculation set due_at = now() - interval '1 minute', leased_until = now() + interval '2 seconds', attempts = 7 where occurrence_id = @Occurrence returning occurrence_id", new { lesson.Occurrence });
        await service.TellAsync([lesson.Joined("ana", 0), lesson.Ended()]);

        await service.FinalAsync(lesson.Meeting, lesson.Teacher);
    }

    [Fact]
    [Trait("Hostile", "79")]
    public async Task A_replica_that_slept_through_another_calculation_and_a_new_plan_keeps_nothing()
    {
        await using var session = await service.Services.GetRequiredService<Database>().BeginAsServiceAsync(TestContext.Current.CancellationToken);
        var occurrence = Guid.CreateVersion7();

        var slept = await PlanAndClaimAsync();
        var other = slept with { Attempts = slept.Attempts + 1 };
        await session.ExecuteAsync("update calculation set attempts = attempts + 1 where occurrence_id = @occurrence", new { occurrence }, TestContext.Current.CancellationToken);
        Assert.True(await Schedule.TryCompleteAsync(session, other, TestContext.Current.CancellationToken));
        var next = await PlanAndClaimAsync();

        Assert.False(await Schedule.TryCompleteAsync(session, slept, TestContext.Current.CancellationToken));
        Assert.True(await Schedule.TryCompleteAsync(session, next, TestContext.Current.CancellationToken));

        // Not committed, so that nobody else takes it up.
        async Task<Claimed> PlanAndClaimAsync()
        {
            var far = new DateTimeOffset(2000, 1, 1, 0, 0, 0, TimeSpan.Zero);
            await Schedule.LessonsChangedAsync(session, [(occurrence, far, "facts")], TestContext.Current.CancellationToken);
            return (await Schedule.ClaimAsync(session, far, TimeSpan.FromSeconds(1), TestContext.Current.CancellationToken))!;
        }
    }

    [Fact]
    public void The_bus_stops_before_the_writer_that_it_feeds()
    {
        // Services stop in the opposite order. What is consumed while there is no writer would end among the errors.
        var started = service.Services.GetServices<IHostedService>().Select(one => one.GetType()).ToList();

        var writer = started.FindIndex(type => type.IsGenericType && type.GetGenericTypeDefinition() == typeof(GroupCommit<,>));
        Assert.InRange(writer, 0, started.FindIndex(type => type.Namespace!.StartsWith("MassTransit", StringComparison.Ordinal)) - 1);
    }

    [Fact]
    [Trait("Acceptance", "X33")]
    public async Task What_a_person_set_is_never_overwritten()
    {
        var lesson = new TestLesson(service.Clock.GetUtcNow());
        await service.TellAsync([.. lesson.School, lesson.MeetingChanged(), lesson.Joined("ana", 0), lesson.Ended()]);
        await service.FinalAsync(lesson.Meeting, lesson.Teacher);
        await using (var connection = await service.Db.OpenConnectionAsync(TestContext.Current.CancellationToken))
        {
            await connection.ExecuteAsync(
                "update attendance_record set status = 'excused', set_by = @by, set_at = now(), set_reason = 'fever', version = version + 1 where student_id = @ben",
                new { by = lesson.Id("teacher"), ben = lesson.Id("ben") });
        }

        await service.TellAsync([lesson.Joined("ben", 1), lesson.Left("ana", 5)]);

        var body = await service.FinalAsync(lesson.Meeting, lesson.Teacher, final => final.GetProperty("summary").GetProperty("partial").GetInt32() == 1);
        Assert.Equal("excused", body.GetProperty("records")[1].GetProperty("status").GetString());
        Assert.Equal("present", await service.AskAsync<string>("select machine_status from attendance_record where student_id = @ben", new { ben = lesson.Id("ben") }));
        var told = await Eventually.Get(() => Task.FromResult(service.Published(lesson.Meeting)), all => all.Any(one => one.Version == 2), "the event");
        Assert.Contains(told.Single(one => one.Version == 2).Records, record => record.StudentId == lesson.Id("ben") && record.Status == "excused");
    }

    [Fact]
    [Trait("Property", "P8")]
    [Trait("Acceptance", "S3-25")]
    public async Task Calculating_again_without_news_writes_and_publishes_nothing()
    {
        var lesson = new TestLesson(service.Clock.GetUtcNow());
        service.Peers.Reports[lesson.Sitting] = [];
        await service.TellAsync([.. lesson.School, lesson.MeetingChanged(), lesson.Joined("ana", 0), lesson.Ended()]);
        await service.FinalAsync(lesson.Meeting, lesson.Teacher);
        var before = await service.AskAsync<string>("select string_agg(xmin::text || version, ' ' order by student_id) from attendance_record where occurrence_id = @Occurrence", new { lesson.Occurrence });

        await service.AskAsync<Guid>("insert into calculation (occurrence_id, due_at, reason) values (@Occurrence, now(), 'facts') returning occurrence_id", new { lesson.Occurrence });
        await Eventually.Holds(async () => await service.AskAsync<long>("select count(*) from calculation where occurrence_id = @Occurrence", new { lesson.Occurrence }) == 0, "the calculation");

        Assert.Equal(before, await service.AskAsync<string>("select string_agg(xmin::text || version, ' ' order by student_id) from attendance_record where occurrence_id = @Occurrence", new { lesson.Occurrence }));
        Assert.Equal(1, await service.AskAsync<long>("select version from occurrence_result where occurrence_id = @Occurrence", new { lesson.Occurrence }));
    }
}

using System.Net;
using Meetings.Testing;

namespace Meetings.Attendance.Tests.Service;

/// <summary>What this service answers while its database is away. A service of its own: its database is taken away here.</summary>
public sealed class OwnTroubleTests(AttendanceService service) : IClassFixture<AttendanceService>
{
    [Fact]
    [Trait("Hostile", "71")]
    public async Task Without_its_database_everything_is_503_and_afterwards_all_is_well_by_itself()
    {
        var lesson = new TestLesson(service.Clock.GetUtcNow());
        await service.TellAsync([.. lesson.School, lesson.MeetingChanged(), lesson.Joined("ana", 0)]);
        await service.AttendanceAsync(lesson.Meeting, lesson.Teacher, body => body.GetProperty("records").GetArrayLength() > 0);
        string[] paths = [$"/api/v1/meetings/{lesson.Meeting}/attendance", $"/api/v1/meetings/{lesson.Meeting}/participants"];

        await Servers.TakeDatabaseAwayAsync(service.Db.ConnectionString);
        for (var i = 0; i < 5; i++)
        {
            foreach (var path in paths)
            {
                var (status, body) = await service.GetAsync(path, lesson.Teacher);
                Assert.Equal((HttpStatusCode.ServiceUnavailable, "temporarily-unavailable"), (status, body.GetProperty("code").GetString()));
            }
        }

        // What is told meanwhile waits for it.
        await service.TellAsync([lesson.Left("ana", 20), lesson.Ended()]);
        await Servers.BringDatabaseBackAsync(service.Db.ConnectionString);
        foreach (var path in paths)
            await Eventually.Holds(async () => (await service.GetAsync(path, lesson.Teacher)).Status == HttpStatusCode.OK, "the service to resume");
        await service.FinalAsync(lesson.Meeting, lesson.Teacher, body => body.GetProperty("summary").GetProperty("present").GetInt32() == 1);
    }
}

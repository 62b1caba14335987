using System.Net;
using System.Net.Http.Json;
using System.Text.Json;

namespace Meetings.Attendance.Tests.Service;

/// <summary>The database goes away and comes back. A service of its own: it is broken here.</summary>
public sealed class TroubleTests(AttendanceService service) : IClassFixture<AttendanceService>
{
    [Fact]
    [Trait("Hostile", "71")]
    public async Task While_the_database_is_away_readers_are_asked_to_come_again_and_what_is_told_meanwhile_waits()
    {
        var lesson = new TestLesson(service.Clock.GetUtcNow());
        await service.TellAsync([.. lesson.School, lesson.MeetingChanged(), lesson.Started()]);
        await service.AttendanceAsync(lesson.Meeting, lesson.Teacher, _ => true);

        await service.TakeDatabaseAwayAsync();
        await service.TellAsync([lesson.Joined("ana", 0), lesson.Left("ana", 20), lesson.Ended()]);
        using (var answer = await service.AskRawAsync($"/api/v1/meetings/{lesson.Meeting}/attendance", lesson.Teacher))
        {
            Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
            Assert.Equal("service-unavailable", (await answer.Content.ReadFromJsonAsync<JsonElement>(TestContext.Current.CancellationToken)).GetProperty("code").GetString());
            Assert.NotNull(answer.Headers.RetryAfter);
        }

        await service.BringDatabaseBackAsync();

        var body = await service.FinalAsync(lesson.Meeting, lesson.Teacher);
        Assert.Equal(["present", "absent"], body.GetProperty("records").EnumerateArray().Select(record => record.GetProperty("status").GetString()));
        Assert.Equal(1200, body.GetProperty("records")[0].GetProperty("durationSeconds").GetInt64());
    }
}

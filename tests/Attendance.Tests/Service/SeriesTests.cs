using Meetings.Contracts.Meetings;
using Meetings.Testing;

namespace Meetings.Attendance.Tests.Service;

/// <summary>A meeting with several dates.</summary>
public sealed class SeriesTests(AttendanceService service) : IClassFixture<AttendanceService>
{
    [Fact]
    [Trait("Acceptance", "X5")]
    [Trait("Acceptance", "X33")]
    [Trait("Acceptance", "S3-31")]
    public async Task Each_date_has_a_sheet_of_its_own_also_two_on_one_day_and_one_that_was_called_off_has_none()
    {
        // Three dates, each 46 minutes after the one before: the last one's window has just passed, and the second was called off.
        var now = service.Clock.GetUtcNow();
        var lesson = new TestLesson(now);
        var dates = Enumerable.Range(-2, 3).Select(i => new MeetingOccurrence(Guid.CreateVersion7(), lesson.StartsAt.AddMinutes(i * 46), 45) { IsCancelled = i == -1 }).ToArray();
        await service.TellAsync(lesson.School);
        await service.TellAsync(lesson.MeetingChanged() with { Occurrences = dates });

        // Ana comes to the first; both come to the one that was called off all the same; Ben comes to the last.
        await service.TellAsync([lesson.Started(-92, "first"), lesson.Joined("ana", -92, sitting: "first"), lesson.Ended(-47, "first")]);
        await service.TellAsync([
            lesson.Started(-46, "off"), lesson.Joined("ana", -46, "2", "off"), lesson.Joined("ben", -46, "2", "off"), lesson.Ended(-1, "off")]);
        await service.TellAsync([lesson.Started(0, "last"), lesson.Joined("ben", 0, "3", "last"), lesson.Ended(45, "last")]);

        Assert.Equal("ana present, ben absent", await SheetAsync(lesson, $"?occurrenceId={dates[0].OccurrenceId}"));
        Assert.Equal("ana absent, ben present", await SheetAsync(lesson, $"?occurrenceId={dates[2].OccurrenceId}"));

        // Who does not say means the nearest one that was not called off.
        Assert.Equal("ana absent, ben present", await SheetAsync(lesson, ""));
        var day = DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(dates[0].StartsAt, TimeZoneInfo.FindSystemTimeZoneById("Asia/Manila")).DateTime);
        Assert.Equal(System.Net.HttpStatusCode.OK, (await service.GetAsync($"/api/v1/meetings/{lesson.Meeting}/attendance?date={day:yyyy-MM-dd}", lesson.Teacher)).Status);
        foreach (var none in (string[])[$"occurrenceId={dates[1].OccurrenceId}", $"occurrenceId={Guid.NewGuid()}", "date=2001-01-01"])
        {
            var (status, problem) = await service.GetAsync($"/api/v1/meetings/{lesson.Meeting}/attendance?{none}", lesson.Teacher);
            Assert.Equal((System.Net.HttpStatusCode.NotFound, "occurrence-not-found"), (status, problem.GetProperty("code").GetString()));
        }

        // Its calculation is dropped, and nobody is told of it.
        await Eventually.Holds(
            async () => await service.AskAsync<long>("select count(*) from calculation where occurrence_id = @id", new { id = dates[1].OccurrenceId }) == 0, "its calculation to be dropped");
        Assert.Equal(0, await service.AskAsync<long>("select count(*) from attendance_record where occurrence_id = @id", new { id = dates[1].OccurrenceId }));
        Assert.DoesNotContain(service.Published(lesson.Meeting), message => message.OccurrenceId == dates[1].OccurrenceId);
    }

    private async Task<string> SheetAsync(TestLesson lesson, string which)
    {
        var sheet = await Eventually.Get(
            async () => (await service.GetAsync($"/api/v1/meetings/{lesson.Meeting}/attendance{which}", lesson.Teacher)).Body,
            // Not known yet is a problem, without a word of it.
            body => body.TryGetProperty("isFinal", out var isFinal) && isFinal.GetBoolean(), $"the sheet{which} to be final");
        return string.Join(", ", sheet.GetProperty("records").EnumerateArray().Select(record => $"{record.GetProperty("name").GetString()} {record.GetProperty("status").GetString()}"));
    }
}

using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Meetings.Contracts.Attendance;
using Meetings.Contracts.Sittings;
using Meetings.Meeting.Series;
using Meetings.Meeting.Tests.Providers.LiveKit;
using Meetings.Testing;
using Microsoft.Extensions.DependencyInjection;
using static Meetings.Meeting.Tests.MeetingService;
using static Meetings.Meeting.Tests.Scheduling.CreateMeetingTests;

namespace Meetings.Meeting.Tests.Series;

/// <summary>Recurring meetings through the API: planned, moved, called off, held.</summary>
[Trait("Acceptance", "S2-04")]
public sealed class RecurringMeetingTests(LiveKitService livekit) : IClassFixture<LiveKitService>
{
    private MeetingService Service => livekit.Service;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    [Trait("Acceptance", "X25")]
    public async Task A_series_is_one_meeting_with_one_number_and_a_date_for_every_lesson()
    {
        var meeting = await SeriesAsync("FREQ=WEEKLY;BYDAY=MO,WE;COUNT=5", exDates: "2027-01-06");

        Assert.Equal(("recurring", "ready", "2027-01-10T23:30:00Z"), (Text(meeting, "type"), Text(meeting, "state"), Text(meeting, "startsAt")));
        var asked = JsonNode.Parse(Service.Zoom.Calls.Last(call => call is { Method: "POST" } && call.Target.EndsWith("/meetings", StringComparison.Ordinal)).Body)!;
        Assert.Equal((3, null), ((int)asked["type"]!, asked["start_time"]));
        var dates = await DatesAsync(meeting);
        // Mondays and Wednesdays in Manila, where 07:30 is the evening before in UTC: the academy's date is Manila's. The holiday counts and is none.
        Assert.Equal(["2027-01-11", "2027-01-13", "2027-01-18", "2027-01-20"], dates.Select(date => Text(date, "localDate")));
        Assert.All(dates, date => Assert.Equal(("ready", false), (Text(date, "state"), (bool)date["changed"]!)));
        Assert.Equal(Text(meeting, "occurrenceId"), Text(dates[0], "id"));
        await Eventually.Holds(() => Task.FromResult(Service.Heard(Text(meeting, "id")) is [.., { Occurrences.Count: 4 }]), "all dates to be told");

        var page = await Service.GetAsync(Service.School.Student, $"/{Text(meeting, "id")}/occurrences?from={Text(dates[1], "startsAt")}&to={Text(dates[3], "startsAt")}&limit=1");
        Assert.Equal((2, Text(dates[1], "id")), ((int)page["total"]!, Text((JsonObject)page["items"]![0]!, "id")));
        using var stranger = Service.As(Service.Other.Teacher);
        Assert.Equal(HttpStatusCode.NotFound, (await stranger.GetAsync(new Uri($"/api/v1/meetings/{Text(meeting, "id")}/occurrences", UriKind.Relative), Ct)).StatusCode);
    }

    [Theory]
    [Trait("Hostile", "recurrence")]
    [InlineData("""{"type":"recurring"}""", "recurrence")]
    [InlineData("""{"type":"recurring","recurrence":null}""", "recurrence")]
    [InlineData("""{"type":"recurring","recurrence":"weekly"}""", "recurrence")]
    [InlineData("""{"type":"recurring","recurrence":{}}""", "recurrence.rule")]
    [InlineData("""{"type":"recurring","recurrence":{"rule":"FREQ=DAILY;COUNT=1000000000"}}""", "recurrence.rule")]
    [InlineData("""{"type":"recurring","recurrence":{"rule":"FREQ=DAILY;UNTIL=20000101"}}""", "recurrence.rule")]
    [InlineData("""{"type":"recurring","recurrence":{"rule":"FREQ=DAILY;COUNT=2","exDates":["soon"]}}""", "recurrence.exDates")]
    [InlineData("""{"type":"scheduled","recurrence":{"rule":"FREQ=DAILY;COUNT=2"}}""", "recurrence")]
    [InlineData("""{"type":"recurring","recurrence":{"rule":"FREQ=DAILY;COUNT=2"},"timeZone":"Nowhere/Town"}""", "timeZone")]
    public async Task A_series_that_cannot_be_understood_is_refused_and_none_is_made(string changes, string field)
    {
        var request = Service.Request();
        foreach (var (name, value) in JsonNode.Parse(changes)!.AsObject()) request[name] = value?.DeepClone();
        var before = Service.Zoom.Meetings.Count;

        var answer = await Service.CreateAsync(Service.School.Teacher, request);

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Contains(field, (await JsonAsync(answer))["errors"]!.AsObject().Select(error => error.Key));
        Assert.Equal(before, Service.Zoom.Meetings.Count);
    }

    [Fact]
    public async Task A_rule_of_ten_thousand_letters_is_refused()
    {
        var answer = await Service.CreateAsync(Service.School.Teacher, Service.Request(
            ("type", "recurring"), ("recurrence", new JsonObject { ["rule"] = "FREQ=DAILY;COUNT=2;BYDAY=" + new string('M', 10_000) })));

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
    }

    [Fact]
    public async Task One_date_is_moved_and_another_called_off_and_the_rest_stays()
    {
        var meeting = await SeriesAsync("FREQ=WEEKLY;COUNT=3");
        var dates = await DatesAsync(meeting);

        var moved = await MoveAsync(meeting, dates[1], new JsonObject { ["startsAt"] = "2027-01-13T01:00:00Z", ["durationMinutes"] = 30 }, await Service.TagAsync(meeting));
        Assert.Equal(HttpStatusCode.OK, moved.StatusCode);
        var changed = await JsonAsync(moved);
        Assert.Equal(("2027-01-13T01:00:00Z", Text(dates[1], "plannedFor"), 30, true, "2027-01-13"),
            (Text(changed, "startsAt"), Text(changed, "plannedFor"), (int)changed["durationMinutes"]!, (bool)changed["changed"]!, Text(changed, "localDate")));
        Assert.Equal(await Service.TagAsync(meeting), moved.Headers.ETag!.Tag);

        var cancelled = await CancelAsync(meeting, dates[0]);
        Assert.Equal((HttpStatusCode.OK, "cancelled"), (cancelled.StatusCode, Text(await JsonAsync(cancelled), "state")));
        Assert.Equal(HttpStatusCode.OK, (await CancelAsync(meeting, dates[0])).StatusCode);

        // The meeting means its next date now, and everybody is told.
        var now = await Service.GetAsync(Service.School.Student, $"/{Text(meeting, "id")}");
        Assert.Equal((Text(dates[1], "id"), "2027-01-13T01:00:00Z", "ready"), (Text(now, "occurrenceId"), Text(now, "startsAt"), Text(now, "state")));
        await Eventually.Holds(
            () => Task.FromResult(Service.Heard(Text(meeting, "id")) is [.., var last] && last.Occurrences.Select(date => date.IsCancelled).SequenceEqual([true, false, false])),
            "the date that was called off to be told");
        Assert.Equal(["occurrence-moved", "occurrence-cancelled"], await Service.OwnerQueryAsync<string>(
            "select action from meeting_audit where meeting_id = @id order by id", new { id = Guid.Parse(Text(meeting, "id")) }));

        await RefusedAsync(await MoveAsync(meeting, dates[0], new JsonObject { ["durationMinutes"] = 5 }, await Service.TagAsync(meeting)), HttpStatusCode.Conflict, "occurrence-cancelled");
        await RefusedAsync(await MoveAsync(meeting, dates[2], new JsonObject { ["durationMinutes"] = 5 }, "\"1\""), HttpStatusCode.PreconditionFailed, "meeting-changed");
        await RefusedAsync(await MoveAsync(meeting, dates[2], new JsonObject { ["durationMinutes"] = 5 }, null), HttpStatusCode.PreconditionRequired, "precondition-required");
        Assert.Equal(HttpStatusCode.BadRequest, (await MoveAsync(meeting, dates[2], new JsonObject { ["durationMinutes"] = 0 }, await Service.TagAsync(meeting))).StatusCode);
        Assert.Equal(HttpStatusCode.BadRequest, (await MoveAsync(meeting, dates[2], new JsonArray(), await Service.TagAsync(meeting))).StatusCode);
        await RefusedAsync(
            await MoveAsync(meeting, dates[2], new JsonObject { ["durationMinutes"] = 5 }, "*", Service.School.Student), HttpStatusCode.Forbidden, "meeting-not-yours");
        await RefusedAsync(await CancelAsync(meeting, new JsonObject { ["id"] = Guid.NewGuid().ToString() }), HttpStatusCode.NotFound, "occurrence-not-found");
        var single = await Service.MeetingAsync();
        await RefusedAsync(await CancelAsync(single, new JsonObject { ["id"] = Text(single, "occurrenceId") }), HttpStatusCode.Conflict, "meeting-not-recurring");
    }

    [Fact]
    public async Task A_changed_series_keeps_its_dates_where_it_can_and_leaves_those_alone_that_were_changed_by_themselves()
    {
        var meeting = await SeriesAsync("FREQ=WEEKLY;COUNT=3");
        var dates = await DatesAsync(meeting);
        await MoveAsync(meeting, dates[1], new JsonObject { ["startsAt"] = "2027-01-13T01:00:00Z" }, await Service.TagAsync(meeting));

        // Half an hour later, and one more.
        var answer = await Service.PatchAsync(
            meeting, ("startsAt", "2027-01-05T00:00:00Z"), ("durationMinutes", 60), ("recurrence", new JsonObject { ["rule"] = "FREQ=WEEKLY;COUNT=4" }));

        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync(Ct));
        var after = await DatesAsync(meeting);
        Assert.Equal(["2027-01-05T00:00:00Z", "2027-01-13T01:00:00Z", "2027-01-19T00:00:00Z", "2027-01-26T00:00:00Z"], after.Select(date => Text(date, "startsAt")));
        Assert.Equal(dates.Select(date => Text(date, "id")), after.Take(3).Select(date => Text(date, "id")));
        Assert.Equal([60, 48, 60, 60], after.Select(date => (int)date["durationMinutes"]!));
        Assert.Equal("FREQ=WEEKLY;COUNT=4", (string?)(await JsonAsync(answer))["recurrence"]!["rule"]);

        // Two less: what was changed by itself stays.
        await Service.PatchAsync(meeting, ("recurrence", new JsonObject { ["rule"] = "FREQ=WEEKLY;COUNT=1" }));
        Assert.Equal([Text(dates[0], "id"), Text(dates[1], "id")], (await DatesAsync(meeting)).Select(date => Text(date, "id")));

        // A title is the whole series', and no date moves with it. A meeting does not become a series, nor cease to be one.
        Assert.Equal(HttpStatusCode.OK, (await Service.PatchAsync(meeting, ("title", "Geometry"))).StatusCode);
        Assert.Equal(HttpStatusCode.BadRequest, (await Service.PatchAsync(meeting, ("recurrence", null))).StatusCode);
        Assert.Equal(HttpStatusCode.BadRequest, (await Service.PatchAsync(await Service.MeetingAsync(), ("recurrence", new JsonObject { ["rule"] = "FREQ=DAILY;COUNT=2" }))).StatusCode);
        Assert.Equal(2, (await DatesAsync(meeting)).Count);
    }

    [Fact]
    [Trait("Acceptance", "X33")]
    [Trait("Acceptance", "X5")]
    public async Task Each_lesson_is_held_and_made_final_on_its_own()
    {
        var monday = new DateTimeOffset(DateTimeOffset.UtcNow.Year, DateTimeOffset.UtcNow.Month, DateTimeOffset.UtcNow.Day, DateTimeOffset.UtcNow.Hour, 0, 0, TimeSpan.Zero);
        var meeting = await SeriesAsync("FREQ=DAILY;COUNT=3", startsAt: monday);
        var dates = await DatesAsync(meeting);

        // Told out of order and twice: the end first.
        var sitting = Sitting(meeting, "first");
        foreach (var _ in Enumerable.Range(0, 2))
        {
            await Service.PublishAsync(new SittingEnded(Guid.NewGuid(), sitting, monday.AddMinutes(40), DateTimeOffset.UtcNow));
            await Service.PublishAsync(new SittingStarted(Guid.NewGuid(), sitting, monday.AddMinutes(1), DateTimeOffset.UtcNow));
        }

        await UntilDatesAsync(meeting, "ended ready ready");
        var between = await Service.UntilAsync(Text(meeting, "id"), now => Text(now, "occurrenceId") == Text(dates[1], "id"), "the next date to be meant");
        Assert.Equal(("ready", Text(dates[1], "startsAt")), (Text(between, "state"), Text(between, "startsAt")));
        // Ended is ended: once more is harmless between two lessons, too.
        Assert.Equal(HttpStatusCode.OK, (await Service.DoAsync(Service.School.Teacher, Text(meeting, "id"), "end")).StatusCode);

        await Service.PublishAsync(new AttendanceFinalized(
            Guid.Parse(Text(dates[0], "id")), 1, Guid.Parse(Text(meeting, "id")), Service.School.AcademyId, Service.School.ClassId, new DateOnly(2027, 1, 5), NoShow: false,
            DateTimeOffset.UtcNow, []));
        await UntilDatesAsync(meeting, "finalised ready ready");
        await Service.PublishAsync(new SittingStarted(Guid.NewGuid(), Sitting(meeting, "second"), monday.AddDays(1), DateTimeOffset.UtcNow));
        await UntilDatesAsync(meeting, "finalised live ready");
        Assert.Equal("live", Text(await Service.GetAsync(Service.School.Teacher, $"/{Text(meeting, "id")}"), "state"));

        // What was held cannot be moved, and the series' time can be changed for what is to come.
        await RefusedAsync(await CancelAsync(meeting, dates[0]), HttpStatusCode.Conflict, "occurrence-has-begun");
        Assert.Equal(HttpStatusCode.OK, (await Service.PatchAsync(meeting, ("durationMinutes", 30))).StatusCode);
        Assert.Equal([48, 48, 30], (await DatesAsync(meeting)).Select(date => (int)date["durationMinutes"]!));
    }

    [Fact]
    [Trait("Acceptance", "X18")]
    public async Task A_series_that_is_called_off_keeps_what_was_held_of_it()
    {
        var start = DateTimeOffset.UtcNow.AddMinutes(-10);
        var meeting = await SeriesAsync("FREQ=WEEKLY;COUNT=3", startsAt: start);
        var sitting = Sitting(meeting, "only");
        await Service.PublishAsync(new SittingStarted(Guid.NewGuid(), sitting, start, DateTimeOffset.UtcNow));
        await Service.PublishAsync(new SittingEnded(Guid.NewGuid(), sitting, start.AddMinutes(5), DateTimeOffset.UtcNow));
        await UntilDatesAsync(meeting, "ended ready ready");

        var answer = await Service.DoAsync(Service.School.Teacher, Text(meeting, "id"), "cancel");

        Assert.Equal((HttpStatusCode.OK, "cancelled"), (answer.StatusCode, Text(await JsonAsync(answer), "state")));
        await UntilDatesAsync(meeting, "ended cancelled cancelled");
        Assert.DoesNotContain(Text(meeting, "providerMeetingId"), Service.Zoom.Meetings);
    }

    [Fact]
    public async Task With_its_last_date_a_series_that_was_never_held_is_called_off()
    {
        var meeting = await SeriesAsync("FREQ=WEEKLY;COUNT=2");
        foreach (var date in await DatesAsync(meeting)) await CancelAsync(meeting, date);

        Assert.Equal("cancelled", Text(await Service.GetAsync(Service.School.Teacher, $"/{Text(meeting, "id")}"), "state"));
        await Service.OwnerQueryAsync<int>("update provider_follow set due_at = now()");
        await Service.Unfollowed.RunAsync(Ct);
        Assert.DoesNotContain(Text(meeting, "providerMeetingId"), Service.Zoom.Meetings);
    }

    [Fact]
    public async Task A_date_that_nobody_held_gives_way_to_the_next_with_a_room_still_to_be_opened()
    {
        var start = DateTimeOffset.UtcNow.AddHours(-1);
        var meeting = await JsonAsync(await livekit.CreateAsync(livekit.School.Teacher, null, ("type", "recurring"),
            ("recurrence", new JsonObject { ["rule"] = "FREQ=DAILY;COUNT=2" }), ("startsAt", start.ToString("o", CultureInfo.InvariantCulture)), ("durationMinutes", 30)));
        var dates = await DatesAsync(meeting);

        await livekit.Host.Services.GetRequiredService<NextDates>().RunAsync(Ct);

        var now = await Service.GetAsync(Service.School.Teacher, $"/{Text(meeting, "id")}");
        Assert.Equal((Text(dates[1], "id"), "scheduled"), (Text(now, "occurrenceId"), Text(now, "state")));
        // Whoever comes has it opened: one room's name for all dates.
        await livekit.ReadAsync(livekit.School.Teacher, $"{Text(meeting, "id")}/token");
        Assert.Equal("ready", Text(await Service.GetAsync(Service.School.Teacher, $"/{Text(meeting, "id")}"), "state"));
        Assert.NotNull(await livekit.RoomAsync(Text(meeting, "providerMeetingId")));
    }

    [Fact]
    [Trait("Acceptance", "X14b")]
    public async Task Upcoming_is_a_series_whose_next_date_is()
    {
        var over = await SeriesAsync("FREQ=DAILY;COUNT=2", startsAt: DateTimeOffset.UtcNow.AddDays(-10));
        var going = await SeriesAsync("FREQ=DAILY;COUNT=20", startsAt: DateTimeOffset.UtcNow.AddDays(-10));

        var ids = (await Service.GetAsync(Service.School.Teacher, "?upcoming=true&limit=100"))["items"]!.AsArray().Select(item => (string?)item!["id"]).ToList();

        Assert.Contains(Text(going, "id"), ids);
        Assert.DoesNotContain(Text(over, "id"), ids);
    }

    private async Task<JsonObject> SeriesAsync(string rule, string? exDates = null, DateTimeOffset? startsAt = null)
    {
        var recurrence = new JsonObject { ["rule"] = rule };
        if (exDates is not null) recurrence["exDates"] = new JsonArray(exDates);
        return await Service.MeetingAsync(
            ("type", "recurring"), ("recurrence", recurrence), ("startsAt", startsAt?.ToString("o", CultureInfo.InvariantCulture) ?? "2027-01-04T23:30:00Z"));
    }

    private async Task<IReadOnlyList<JsonObject>> DatesAsync(JsonObject meeting) =>
        [.. (await Service.GetAsync(Service.School.Teacher, $"/{Text(meeting, "id")}/occurrences?limit=100"))["items"]!.AsArray().Select(item => (JsonObject)item!)];

    private async Task UntilDatesAsync(JsonObject meeting, string states) => await Eventually.Holds(
        async () => string.Join(' ', (await DatesAsync(meeting)).Select(date => Text(date, "state"))) == states, $"dates to be {states}");

    private async Task<HttpResponseMessage> MoveAsync(JsonObject meeting, JsonObject date, JsonNode body, string? seen, ServiceDefaults.Security.Caller? caller = null)
    {
        using var client = Service.As(caller ?? Service.School.Teacher);
        using var request = new HttpRequestMessage(HttpMethod.Patch, $"/api/v1/meetings/{Text(meeting, "id")}/occurrences/{Text(date, "id")}") { Content = JsonContent.Create(body) };
        if (seen is not null) request.Headers.TryAddWithoutValidation("If-Match", seen);
        return await client.SendAsync(request, Ct);
    }

    private Task<HttpResponseMessage> CancelAsync(JsonObject meeting, JsonObject date) =>
        Service.DoAsync(Service.School.Teacher, Text(meeting, "id"), $"occurrences/{Text(date, "id")}/cancel");
}

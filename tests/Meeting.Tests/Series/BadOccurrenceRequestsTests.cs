using System.Text.Json.Nodes;
using Meetings.ServiceDefaults.Security;
using static Meetings.Meeting.Tests.BadRequests;
using static Meetings.Meeting.Tests.MeetingService;

namespace Meetings.Meeting.Tests.Series;

/// <summary>Requests about single dates that are refused. Whatever they say, the series and its dates stay as they are.</summary>
[Trait("Hostile", "recurrence")]
public sealed class BadOccurrenceRequestsTests(BadOccurrenceRequestsTests.Plans plans) : IClassFixture<BadOccurrenceRequestsTests.Plans>
{
    private const string Date = "meetings/{series}/occurrences/{date}";
    private const string Dates = "meetings/{series}/occurrences";
    private const string Good = """{"durationMinutes":30}""";

    [Theory]
    [InlineData(null, "invalid-request")]
    [InlineData("", "invalid-request")]
    [InlineData("{", "invalid-request")]
    [InlineData("""{"durationMinutes":30,}""", "invalid-request")]
    [InlineData("null", "invalid-request", "")]
    [InlineData("[]", "invalid-request", "")]
    [InlineData("7", "invalid-request", "")]
    [InlineData("\"tomorrow\"", "invalid-request", "")]
    [InlineData("""{"durationMinutes":30,"durationMinutes":40}""", "invalid-request")]
    [InlineData("""{"startsAt":null}""", "invalid-request", "startsAt")]
    [InlineData("""{"startsAt":""}""", "invalid-request", "startsAt")]
    [InlineData("""{"startsAt":1800000000}""", "invalid-request", "startsAt")]
    [InlineData("""{"startsAt":{}}""", "invalid-request", "startsAt")]
    [InlineData("""{"startsAt":["2027-01-13T01:00:00Z"]}""", "invalid-request", "startsAt")]
    [InlineData("""{"startsAt":"tomorrow"}""", "invalid-request", "startsAt")]
    [InlineData("""{"startsAt":"2027-01-13"}""", "invalid-request", "startsAt")]
    [InlineData("""{"startsAt":"2027-01-13T01:00:00"}""", "invalid-request", "startsAt")]
    [InlineData("""{"startsAt":"2027-02-30T01:00:00Z"}""", "invalid-request", "startsAt")]
    [InlineData("""{"startsAt":"2027-01-13T25:00:00Z"}""", "invalid-request", "startsAt")]
    [InlineData("""{"startsAt":"2027-01-13T01:00:00+99:00"}""", "invalid-request", "startsAt")]
    [InlineData("""{"startsAt":"1999-12-31T23:59:59Z"}""", "invalid-request", "startsAt")]
    [InlineData("""{"startsAt":"2100-01-01T00:00:00Z"}""", "invalid-request", "startsAt")]
    [InlineData("""{"startsAt":"9999-12-31T23:59:59-14:00"}""", "invalid-request", "startsAt")]
    [InlineData("""{"startsAt":"2027-01-13T01:00:00Z\u0000"}""", "invalid-request", "startsAt")]
    [InlineData("""{"startsAt":"\ud800"}""", "invalid-request", "startsAt")]
    [InlineData("""{"startsAt":"…"}""", "invalid-request", "startsAt")]
    [InlineData("""{"durationMinutes":null}""", "invalid-request", "durationMinutes")]
    [InlineData("""{"durationMinutes":0}""", "invalid-request", "durationMinutes")]
    [InlineData("""{"durationMinutes":-30}""", "invalid-request", "durationMinutes")]
    [InlineData("""{"durationMinutes":1441}""", "invalid-request", "durationMinutes")]
    [InlineData("""{"durationMinutes":1.5}""", "invalid-request", "durationMinutes")]
    [InlineData("""{"durationMinutes":1e400}""", "invalid-request", "durationMinutes")]
    [InlineData("""{"durationMinutes":99999999999999999999}""", "invalid-request", "durationMinutes")]
    [InlineData("""{"durationMinutes":"30"}""", "invalid-request", "durationMinutes")]
    [InlineData("""{"durationMinutes":true}""", "invalid-request", "durationMinutes")]
    [InlineData("""{"durationMinutes":[30]}""", "invalid-request", "durationMinutes")]
    [InlineData("""{"startsAt":"2027-01-13T01:00:00Z","durationMinutes":0}""", "invalid-request", "durationMinutes")]
    public async Task A_date_is_not_moved_by_what_cannot_be_understood(string? body, string code, string? field = null)
    {
        await RefusedAsync(await plans.Service.SendRawAsync(plans.Service.School.Teacher, plans.Fill($"PATCH {Date}"), body, seen: "*"), code, field);

        await plans.StayAsync();
    }

    [Theory]
    // No such meeting, or not for the caller.
    [InlineData("teacher", "GET meetings/{nobody}/occurrences", "meeting-not-found")]
    [InlineData("teacher", "GET meetings/1/occurrences", "meeting-not-found")]
    [InlineData("teacher", "GET meetings/%20/occurrences", "meeting-not-found")]
    [InlineData("teacher", "GET meetings/..%2Fx/occurrences", "meeting-not-found")]
    [InlineData("teacher", "GET meetings/%F0%9F%8E%93/occurrences", "meeting-not-found")]
    [InlineData("teacher", "GET meetings/{long}/occurrences", "meeting-not-found")]
    [InlineData("teacher", "GET meetings/{foreign}/occurrences", "meeting-not-found")]
    [InlineData("stranger", "GET " + Dates, "meeting-not-found")]
    [InlineData("otherStudent", "GET " + Dates, "meeting-not-found")]
    [InlineData("nobody", "GET " + Dates, "unauthenticated")]
    [InlineData("teacher", "PATCH meetings/{nobody}/occurrences/{date}", "meeting-not-found")]
    [InlineData("teacher", "PATCH meetings/{foreign}/occurrences/{foreignDate}", "meeting-not-found")]
    [InlineData("teacher", "PATCH meetings/{foreign}/occurrences/{date}", "meeting-not-found")]
    [InlineData("stranger", "PATCH " + Date, "meeting-not-found")]
    [InlineData("otherStudent", "PATCH " + Date, "meeting-not-found")]
    [InlineData("student", "PATCH " + Date, "meeting-not-yours")]
    [InlineData("parent", "PATCH " + Date, "meeting-not-found")]
    [InlineData("nobody", "PATCH " + Date, "unauthenticated")]
    [InlineData("stranger", "POST " + Date + "/cancel", "meeting-not-found")]
    [InlineData("student", "POST " + Date + "/cancel", "meeting-not-yours")]
    [InlineData("nobody", "POST " + Date + "/cancel", "unauthenticated")]
    [InlineData("teacher", "POST meetings/{foreign}/occurrences/{foreignDate}/cancel", "meeting-not-found")]
    // No such date, or of another meeting.
    [InlineData("teacher", "PATCH meetings/{series}/occurrences/{nobody}", "occurrence-not-found")]
    [InlineData("teacher", "PATCH meetings/{series}/occurrences/{foreignDate}", "occurrence-not-found")]
    [InlineData("teacher", "PATCH meetings/{series}/occurrences/{singleDate}", "occurrence-not-found")]
    [InlineData("teacher", "PATCH meetings/{series}/occurrences/{series}", "occurrence-not-found")]
    [InlineData("teacher", "PATCH meetings/{series}/occurrences/00000000-0000-0000-0000-000000000000", "occurrence-not-found")]
    [InlineData("teacher", "POST meetings/{series}/occurrences/{nobody}/cancel", "occurrence-not-found")]
    [InlineData("teacher", "POST meetings/{series}/occurrences/{foreignDate}/cancel", "occurrence-not-found")]
    [InlineData("teacher", "POST meetings/{series}/occurrences/{singleDate}/cancel", "occurrence-not-found")]
    [InlineData("teacher", "PATCH meetings/{series}/occurrences/1", "not-found")]
    [InlineData("teacher", "PATCH meetings/{series}/occurrences/%20", "not-found")]
    [InlineData("teacher", "PATCH meetings/{series}/occurrences/{long}", "not-found")]
    [InlineData("teacher", "PATCH meetings/{series}/occurrences/{date}%2Fcancel", "not-found")]
    [InlineData("teacher", "POST meetings/{series}/occurrences/1/cancel", "not-found")]
    // A meeting of one date.
    [InlineData("teacher", "PATCH meetings/{single}/occurrences/{singleDate}", "meeting-not-recurring")]
    [InlineData("teacher", "POST meetings/{single}/occurrences/{singleDate}/cancel", "meeting-not-recurring")]
    // What there is not.
    [InlineData("teacher", "DELETE " + Date, "method-not-allowed")]
    [InlineData("teacher", "PUT " + Date, "method-not-allowed")]
    [InlineData("teacher", "POST " + Dates, "method-not-allowed")]
    [InlineData("teacher", "GET " + Date + "/cancel", "method-not-allowed")]
    // Queries.
    [InlineData("teacher", "GET " + Dates + "?from=", "invalid-request")]
    [InlineData("teacher", "GET " + Dates + "?from=tomorrow", "invalid-request")]
    [InlineData("teacher", "GET " + Dates + "?from=2027-02-30", "invalid-request")]
    [InlineData("teacher", "GET " + Dates + "?from=%00", "invalid-request")]
    [InlineData("teacher", "GET " + Dates + "?from={long}", "invalid-request")]
    [InlineData("teacher", "GET " + Dates + "?from=0001-01-01T00:00:00%2B14:00", "invalid-request")]
    [InlineData("teacher", "GET " + Dates + "?to=9999-12-31T23:59:59-14:00", "invalid-request")]
    [InlineData("teacher", "GET " + Dates + "?to=2027-01-01&to=2027-01-02", "invalid-request")]
    [InlineData("teacher", "GET " + Dates + "?limit=all", "invalid-request")]
    [InlineData("teacher", "GET " + Dates + "?limit=1.5", "invalid-request")]
    [InlineData("teacher", "GET " + Dates + "?limit=%00", "invalid-request")]
    [InlineData("teacher", "GET " + Dates + "?offset=99999999999999999999", "invalid-request")]
    public async Task Nobody_finds_or_changes_a_date_that_is_not_theirs_or_not_there(string who, string request, string code)
    {
        await RefusedAsync(await plans.Service.SendRawAsync(Caller(who), plans.Fill(request), request.StartsWith("PATCH", StringComparison.Ordinal) ? Good : null, seen: "*"), code);

        await plans.StayAsync();
    }

    [Theory]
    [InlineData(null, "precondition-required")]
    [InlineData("", "meeting-changed")]
    [InlineData("\"0\"", "meeting-changed")]
    [InlineData("\"999999999999999999999\"", "meeting-changed")]
    [InlineData("{tag without quotes}", "meeting-changed")]
    [InlineData("W/{tag}", "meeting-changed")]
    [InlineData("*, *", "meeting-changed")]
    [InlineData("…", "meeting-changed")]
    public async Task A_date_is_not_moved_by_who_has_seen_another_version(string? seen, string code)
    {
        var tag = await plans.Service.TagAsync(plans.Series);
        seen = seen?.Replace("{tag without quotes}", tag.Trim('"'), StringComparison.Ordinal).Replace("{tag}", tag, StringComparison.Ordinal).Replace("…", Long, StringComparison.Ordinal);

        await RefusedAsync(await plans.Service.SendRawAsync(plans.Service.School.Teacher, plans.Fill($"PATCH {Date}"), Good, seen), code);

        await plans.StayAsync();
        Assert.Equal(tag, await plans.Service.TagAsync(plans.Series));
    }

    [Theory]
    [InlineData("text/plain")]
    [InlineData("application/x-www-form-urlencoded")]
    [InlineData("application/xml")]
    public async Task A_date_is_moved_by_JSON_only(string mediaType)
    {
        await RefusedAsync(await plans.Service.SendRawAsync(plans.Service.School.Teacher, plans.Fill($"PATCH {Date}"), Good, "*", mediaType), "unsupported-media-type");

        await plans.StayAsync();
    }

    [Theory]
    [InlineData("?from=0001-01-01", 3)]
    [InlineData("?to=9999-12-31T23:59:59Z", 3)]
    [InlineData("?from=2027-01-20&to=2027-01-01", 0)]
    [InlineData("?limit=0", 3)]
    [InlineData("?limit=-7&offset=-7", 3)]
    [InlineData("?limit=9223372036854775807&offset=9223372036854775807", 3)]
    [InlineData("?limit=&offset=", 3)]
    public async Task Odd_spans_and_pages_are_answered_all_the_same(string query, int total)
    {
        var answer = await plans.Service.SendRawAsync(plans.Service.School.Teacher, plans.Fill($"GET {Dates}{query}"));

        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        Assert.Equal(total, (int)(await JsonAsync(answer))["total"]!);
    }

    private Caller? Caller(string who) => who switch
    {
        "teacher" => plans.Service.School.Teacher,
        "student" => plans.Service.School.Student,
        "otherStudent" => plans.Service.School.OtherStudent,
        "parent" => plans.Service.School.Parent,
        "stranger" => plans.Service.Other.Admin,
        _ => null,
    };

    /// <summary>A series, a meeting of one date, and a series of another academy's: the same for all rows, since none of them changes anything.</summary>
    public sealed class Plans : IAsyncLifetime
    {
        private JsonObject _single = null!;
        private JsonObject _foreign = null!;
        private string _before = "";

        internal MeetingService Service { get; } = new();

        internal JsonObject Series { get; private set; } = null!;

        public async ValueTask InitializeAsync()
        {
            await Service.InitializeAsync();
            Series = await SeriesAsync(Service.School);
            _single = await Service.MeetingAsync();
            _foreign = await SeriesAsync(Service.Other);
            _before = await ReadAsync();
        }

        public ValueTask DisposeAsync() => Service.DisposeAsync();

        internal async Task StayAsync() => Assert.Equal(_before, await ReadAsync());

        internal string Fill(string text) => text
            .Replace("{series}", Text(Series, "id"), StringComparison.Ordinal).Replace("{date}", Text(Series, "occurrenceId"), StringComparison.Ordinal)
            .Replace("{singleDate}", Text(_single, "occurrenceId"), StringComparison.Ordinal).Replace("{single}", Text(_single, "id"), StringComparison.Ordinal)
            .Replace("{foreignDate}", Text(_foreign, "occurrenceId"), StringComparison.Ordinal).Replace("{foreign}", Text(_foreign, "id"), StringComparison.Ordinal)
            .Replace("{nobody}", Guid.NewGuid().ToString(), StringComparison.Ordinal).Replace("{long}", Long, StringComparison.Ordinal);

        private Task<string> ReadAsync() => Service.StoredAsync(Text(Series, "id"), Text(_single, "id"), Text(_foreign, "id"));

        private async Task<JsonObject> SeriesAsync(Fakes.School school)
        {
            var answer = await Service.CreateAsync(school.Teacher, Service.Request(
                ("type", "recurring"), ("startsAt", "2027-01-04T23:30:00Z"), ("recurrence", new JsonObject { ["rule"] = "FREQ=WEEKLY;COUNT=3" }),
                ("classId", school.ClassId.ToString())));
            Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
            return await JsonAsync(answer);
        }
    }
}

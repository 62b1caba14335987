using System.Text.Json.Nodes;
using Xunit;

namespace Meetings.ZoomSandbox.Tests;

public sealed class MeetingsTests
{
    [Fact]
    public async Task A_created_meeting_reads_back_with_its_start_in_UTC_and_no_registration()
    {
        await using var sandbox = await SandboxServer.StartAsync();
        var id = await sandbox.MeetingAsync();

        var meeting = (await sandbox.CallAsync(HttpMethod.Get, $"/meetings/{id}", null, 200))!;

        Assert.Equal("2026-11-19T23:30:00Z", meeting["start_time"]!.GetValue<string>());
        Assert.Equal(SandboxServer.Host, meeting["host_email"]!.GetValue<string>());
        Assert.Equal(2, meeting["settings"]!["approval_type"]!.GetValue<int>());
        Assert.Equal("waiting", meeting["status"]!.GetValue<string>());
        Assert.Null(meeting["registration_url"]);
    }

    [Theory]
    [InlineData("""{"topic":"x","type":7}""", "type")]
    [InlineData("""{"topic":"x","password":"has space"}""", "password")]
    [InlineData("""{"topic":"x","password":"ABCDEFGHIJK"}""", "password")]
    [InlineData("""{"topic":"x","timezone":"Mars/Base"}""", "timezone")]
    [InlineData("""{"topic":"x","start_time":"tomorrow"}""", "start_time")]
    [InlineData("""{"topic":"x","duration":"50"}""", "duration")]
    [InlineData("""{"topic":"x","settings":{"approval_type":3}}""", "settings.approval_type")]
    [InlineData("""{"topic":"x","type":8,"recurrence":{"type":2,"weekly_days":"9"}}""", "recurrence.weekly_days")]
    [InlineData("""{"topic":"x","type":8,"recurrence":{"type":1,"end_times":51}}""", "recurrence.end_times")]
    public async Task A_wrong_field_is_code_300_and_named(string body, string field)
    {
        await using var sandbox = await SandboxServer.StartAsync();

        var refused = (await sandbox.CallAsync(HttpMethod.Post, $"/users/{SandboxServer.Host}/meetings", body, 400))!;

        Assert.Equal(300, refused["code"]!.GetValue<int>());
        Assert.Equal(field, refused["errors"]![0]!["field"]!.GetValue<string>());
    }

    [Theory]
    [InlineData("{")]
    [InlineData("[]")]
    [InlineData("")]
    [InlineData("""{"topic":"a","topic":"b"}""")]
    public async Task What_is_not_one_JSON_object_is_code_300(string body)
    {
        await using var sandbox = await SandboxServer.StartAsync();

        Assert.Equal(300, (await sandbox.CallAsync(HttpMethod.Post, $"/users/{SandboxServer.Host}/meetings", body, 400))!["code"]!.GetValue<int>());
    }

    [Fact]
    public async Task A_scheduled_meeting_without_a_start_becomes_an_instant_one()
    {
        await using var sandbox = await SandboxServer.StartAsync();
        var id = await sandbox.CreateAsync("""{"topic":"x","type":2}""");

        Assert.Equal(1, (await sandbox.CallAsync(HttpMethod.Get, $"/meetings/{id}", null, 200))!["type"]!.GetValue<int>());
    }

    [Theory]
    [InlineData("me")]
    [InlineData("nobodyKnowsMe")]
    public async Task An_unknown_host_is_1001(string host)
    {
        await using var sandbox = await SandboxServer.StartAsync();

        Assert.Equal(1001, (await sandbox.CallAsync(HttpMethod.Post, $"/users/{host}/meetings", """{"topic":"x"}""", 404))!["code"]!.GetValue<int>());
    }

    [Theory]
    [InlineData("99999999999", 404, 3001)]
    [InlineData("abc", 400, 300)]
    [InlineData("1234567890123456789012345678901234567890", 400, 300)]
    public async Task An_unknown_meeting_is_3001_and_an_impossible_number_300(string id, int status, int code)
    {
        await using var sandbox = await SandboxServer.StartAsync();

        Assert.Equal(code, (await sandbox.CallAsync(HttpMethod.Get, $"/meetings/{id}", null, status))!["code"]!.GetValue<int>());
    }

    [Fact]
    public async Task An_update_tells_only_what_changed_and_ignores_a_start_in_the_past()
    {
        await using var sandbox = await SandboxServer.StartAsync();
        var id = await sandbox.MeetingAsync();

        await sandbox.CallAsync(HttpMethod.Patch, $"/meetings/{id}", """{"topic":"New","duration":50,"start_time":"2020-01-01T00:00:00Z"}""", 204);
        await sandbox.IdleAsync();

        var updated = Assert.Single(sandbox.Receiver.Of("meeting.updated"));
        Assert.Equal($$"""{"id":{{id}},"topic":"New"}""", updated.Object.ToJsonString());
        Assert.Equal($$"""{"id":{{id}},"topic":"Algebra 7B"}""", updated.Json["payload"]!["old_object"]!.ToJsonString());
    }

    [Fact]
    public async Task A_hosts_meetings_are_listed_in_pages_with_the_beginning_of_their_agenda()
    {
        await using var sandbox = await SandboxServer.StartAsync();
        var longAgenda = new string('a', 2000);
        await sandbox.CreateAsync($$"""{"topic":"past","start_time":"2026-11-20T01:00:00Z","agenda":"{{longAgenda}}"}""");
        await sandbox.CreateAsync("""{"topic":"coming","start_time":"2026-11-21T01:00:00Z"}""");
        var running = await sandbox.CreateAsync("""{"topic":"instant","type":1}""");
        await sandbox.ControlAsync($"meetings/{running}/start");

        var first = await ListAsync("page_size=1");
        var second = await ListAsync($"page_size=1&next_page_token={first["next_page_token"]}");
        var live = await ListAsync("type=live");
        var upcoming = await ListAsync("type=upcoming");

        Assert.Equal(("past", 250), (Topics(first), first["meetings"]![0]!["agenda"]!.GetValue<string>().Length));
        Assert.Equal(("coming", "instant", "coming"), (Topics(second), Topics(live), Topics(upcoming)));

        async Task<JsonNode> ListAsync(string query) => (await sandbox.CallAsync(HttpMethod.Get, $"/users/{SandboxServer.Host}/meetings?{query}", null, 200))!;
        static string Topics(JsonNode page) => string.Join(' ', ((JsonArray)page["meetings"]!).Select(m => m!["topic"]!.GetValue<string>()));
    }

    [Fact]
    public async Task What_runs_or_was_held_cannot_be_deleted()
    {
        await using var sandbox = await SandboxServer.StartAsync();
        var (held, planned) = (await sandbox.MeetingAsync(), await sandbox.MeetingAsync());

        await sandbox.ControlAsync($"meetings/{held}/start");
        Assert.Equal(3002, (await sandbox.CallAsync(HttpMethod.Delete, $"/meetings/{held}", null, 400))!["code"]!.GetValue<int>());
        await sandbox.CallAsync(HttpMethod.Put, $"/meetings/{held}/status", """{"action":"end"}""", 204);
        Assert.Equal(3007, (await sandbox.CallAsync(HttpMethod.Delete, $"/meetings/{held}", null, 400))!["code"]!.GetValue<int>());
        await sandbox.CallAsync(HttpMethod.Delete, $"/meetings/{planned}", null, 204);
        await sandbox.CallAsync(HttpMethod.Get, $"/meetings/{planned}", null, 404);
    }

    [Theory]
    [InlineData("""{"type":1,"repeat_interval":2,"end_times":3}""", "2026-11-22T23:30 2026-11-24T23:30 2026-11-26T23:30", "every second day")]
    [InlineData("""{"type":2,"weekly_days":"2,4","end_times":3}""", "2026-11-22T23:30 2026-11-24T23:30 2026-11-29T23:30", "Mondays and Wednesdays in Manila")]
    [InlineData("""{"type":3,"monthly_day":31,"end_times":2}""", "2026-12-30T23:30 2027-01-30T23:30", "only months that have a 31st")]
    [InlineData("""{"type":3,"monthly_week":-1,"monthly_week_day":6,"end_times":2}""", "2026-11-26T23:30 2026-12-24T23:30", "last Friday")]
    [InlineData("""{"type":1,"end_date_time":"2026-11-24T00:00:00Z"}""", "2026-11-22T23:30 2026-11-23T23:30", "until an instant")]
    public async Task A_series_has_the_occurrences_of_its_rule(string rule, string starts, string because)
    {
        await using var sandbox = await SandboxServer.StartAsync();
        var id = await sandbox.CreateAsync(
            $$"""{"topic":"x","type":8,"start_time":"2026-11-23T07:30:00","timezone":"Asia/Manila","duration":45,"recurrence":{{rule}}}""");

        var meeting = (await sandbox.CallAsync(HttpMethod.Get, $"/meetings/{id}", null, 200))!;
        var actual = string.Join(' ', ((JsonArray)meeting["occurrences"]!).Select(o => o!["start_time"]!.GetValue<string>()[..16]));

        Assert.True(actual == starts, $"{because}: {actual}");
    }
}

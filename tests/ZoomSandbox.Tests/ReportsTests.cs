using System.Text.Json.Nodes;
using Meetings.Testing;
using Xunit;

namespace Meetings.ZoomSandbox.Tests;

public sealed class ReportsTests
{
    [Fact]
    public async Task The_report_tells_what_happened_also_where_the_webhook_was_lost()
    {
        await using var sandbox = await SandboxServer.StartAsync();
        var id = await sandbox.MeetingAsync();
        await sandbox.ControlAsync($"meetings/{id}/start", new { at = "2026-11-19T23:30:00Z" });
        await sandbox.ControlAsync($"meetings/{id}/join", new { at = "2026-11-19T23:30:05Z", userId = SandboxServer.Host });
        var ana = await sandbox.ControlAsync($"meetings/{id}/join", new { at = "2026-11-19T23:31:00Z", name = "Ana", customerKey = "student-1" });
        await sandbox.ControlAsync($"meetings/{id}/leave",
            new { at = "2026-11-19T23:46:00Z", connection = ana["participantUuid"]!.GetValue<string>(), delivery = new { drop = true } });
        await sandbox.CallAsync(HttpMethod.Get, $"/past_meetings/{id}/participants", null, 404);
        await sandbox.ControlAsync($"meetings/{id}/end", new { at = "2026-11-20T00:20:00Z" });
        await sandbox.IdleAsync();

        var past = (await sandbox.CallAsync(HttpMethod.Get, $"/past_meetings/{id}/participants", null, 200))!["participants"]!;
        var report = (await sandbox.CallAsync(HttpMethod.Get, $"/report/meetings/{id}/participants", null, 200))!["participants"]!;

        Assert.Equal(900, past[1]!["duration"]!.GetValue<int>());
        Assert.Equal("2026-11-19T23:46:00Z", past[1]!["leave_time"]!.GetValue<string>());
        Assert.Equal("student-1", report[1]!["customer_key"]!.GetValue<string>());
        Assert.Equal("2026-11-20T00:20:00Z", report[0]!["leave_time"]!.GetValue<string>());
        Assert.DoesNotContain(sandbox.Receiver.Of("meeting.participant_left"), r => r.Participant["user_name"]!.GetValue<string>() == "Ana");
    }

    [Fact]
    public async Task A_number_means_the_last_sitting_and_a_uuid_its_own()
    {
        await using var sandbox = await SandboxServer.StartAsync();
        var id = await sandbox.MeetingAsync();
        var first = await SitAsync(sandbox, id, "Ana", "Ben");
        await SitAsync(sandbox, id, "Cid", "Dan", "Eva");

        var instances = (JsonArray)(await sandbox.CallAsync(HttpMethod.Get, $"/past_meetings/{id}/instances", null, 200))!["meetings"]!;

        Assert.Equal(2, instances.Count);
        Assert.Equal(3, await CountAsync(sandbox, id));
        Assert.Equal(2, await CountAsync(sandbox, Twice(first)));
    }

    [Fact]
    public async Task A_uuid_with_a_slash_in_front_must_be_encoded_twice()
    {
        await using var sandbox = await SandboxServer.StartAsync();
        var id = await sandbox.MeetingAsync();
        var uuid = await SitAsync(sandbox, id, "Ana", "Ben");
        Assert.StartsWith("/", uuid, StringComparison.Ordinal);

        await sandbox.CallAsync(HttpMethod.Get, $"/past_meetings/{Uri.EscapeDataString(uuid)}/participants", null, 400);
        Assert.Equal(2, await CountAsync(sandbox, Twice(uuid)));
    }

    [Fact]
    public async Task One_person_alone_is_no_meeting_to_the_reports()
    {
        await using var sandbox = await SandboxServer.StartAsync();
        var id = await sandbox.MeetingAsync();
        await SitAsync(sandbox, id, "Ana", "Ana");

        Assert.Equal(0, await CountAsync(sandbox, id));
    }

    [Fact]
    public async Task Pages_follow_one_another_by_a_token_that_holds_for_a_quarter_of_an_hour()
    {
        await using var sandbox = await SandboxServer.StartAsync();
        var id = await sandbox.MeetingAsync();
        await SitAsync(sandbox, id, [.. Enumerable.Range(0, 31).Select(n => $"Student {n}")]);
        await sandbox.IdleAsync();

        var page = (await sandbox.CallAsync(HttpMethod.Get, $"/past_meetings/{id}/participants", null, 200))!;
        var token = page["next_page_token"]!.GetValue<string>();
        var last = (await sandbox.CallAsync(HttpMethod.Get, $"/past_meetings/{id}/participants?next_page_token={token}", null, 200))!;
        await sandbox.CallAsync(HttpMethod.Get, $"/past_meetings/{id}/participants?page_size=10&next_page_token={token}", null, 400);
        sandbox.Clock.Advance(TimeSpan.FromMinutes(15));
        await sandbox.CallAsync(HttpMethod.Get, $"/past_meetings/{id}/participants?next_page_token={token}", null, 400);

        Assert.Equal((30, 1), (((JsonArray)page["participants"]!).Count, ((JsonArray)last["participants"]!).Count));
        Assert.Equal("", last["next_page_token"]!.GetValue<string>());
    }

    [Fact]
    public async Task Meetings_registrants_and_sittings_are_known_after_a_restart()
    {
        var file = Path.Combine(Path.GetTempPath(), $"{Guid.NewGuid():n}.json");
        try
        {
            string id;
            await using (var before = await SandboxServer.StartAsync(("DataFile", file)))
            {
                id = await before.MeetingAsync("""{"approval_type":0}""");
                await before.CallAsync(HttpMethod.Post, $"/meetings/{id}/registrants", """{"email":"ana@example.org","first_name":"Ana"}""", 201);
                await SitAsync(before, id, "Ana", "Ben");
                await Eventually.Holds(async () => File.Exists(file) && (await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken)).Contains("Ben", StringComparison.Ordinal), "the file");
            }

            await using var after = await SandboxServer.StartAsync(("DataFile", file));
            Assert.Equal("Algebra 7B", (await after.CallAsync(HttpMethod.Get, $"/meetings/{id}", null, 200))!["topic"]!.GetValue<string>());
            Assert.Equal(1, (await after.CallAsync(HttpMethod.Get, $"/meetings/{id}/registrants", null, 200))!["total_records"]!.GetValue<int>());
            Assert.Equal(2, await CountAsync(after, id));
        }
        finally
        {
            File.Delete(file);
        }
    }

    private static string Twice(string uuid) => Uri.EscapeDataString(Uri.EscapeDataString(uuid));

    private static async Task<int> CountAsync(SandboxServer sandbox, string id) =>
        (await sandbox.CallAsync(HttpMethod.Get, $"/past_meetings/{id}/participants", null, 200))!["total_records"]!.GetValue<int>();

    private static async Task<string> SitAsync(SandboxServer sandbox, string id, params string[] names)
    {
        var sitting = await sandbox.ControlAsync($"meetings/{id}/start");
        foreach (var name in names) await sandbox.ControlAsync($"meetings/{id}/join", new { name });
        await sandbox.ControlAsync($"meetings/{id}/end");
        return sitting["sittingUuid"]!.GetValue<string>();
    }
}

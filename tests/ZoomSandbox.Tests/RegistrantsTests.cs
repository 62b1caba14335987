using System.Text.Json.Nodes;
using Xunit;

namespace Meetings.ZoomSandbox.Tests;

public sealed class RegistrantsTests
{
    private const string Ana = """{"email":"ana@example.org","first_name":"Ana"}""";

    [Fact]
    public async Task Registration_must_be_switched_on()
    {
        await using var sandbox = await SandboxServer.StartAsync();
        var id = await sandbox.MeetingAsync();

        Assert.Equal(404, (await sandbox.CallAsync(HttpMethod.Post, $"/meetings/{id}/registrants", Ana, 404))!["code"]!.GetValue<int>());
    }

    [Fact]
    public async Task A_Basic_host_may_not_register_people()
    {
        await using var sandbox = await SandboxServer.StartAsync(("Users:0:Email", SandboxServer.Host), ("Users:0:Licensed", "false"));
        var id = await sandbox.MeetingAsync("""{"approval_type":0}""");

        Assert.Equal(200, (await sandbox.CallAsync(HttpMethod.Post, $"/meetings/{id}/registrants", Ana, 400))!["code"]!.GetValue<int>());
    }

    [Theory]
    [InlineData("""{"approval_type":0}""", "", true)]
    [InlineData("""{"approval_type":1}""", "", false)]
    [InlineData("""{"approval_type":1}""", ""","auto_approve":true""", true)]
    public async Task Only_an_approved_registrant_gets_a_link(string settings, string more, bool approved)
    {
        await using var sandbox = await SandboxServer.StartAsync();
        var id = await sandbox.MeetingAsync(settings);

        var answer = (await sandbox.CallAsync(HttpMethod.Post, $"/meetings/{id}/registrants", $"{Ana[..^1]}{more}}}", 201))!;
        await sandbox.IdleAsync();

        Assert.Equal(approved, answer["join_url"] is not null);
        Assert.Equal(id, answer["id"]!.ToJsonString());
        var told = Assert.Single(sandbox.Receiver.Of("meeting.registration_created")).Object["registrant"]!;
        Assert.Equal(approved ? "approved" : "pending", told["status"]!.GetValue<string>());
        Assert.Equal(answer["registrant_id"]!.GetValue<string>(), told["id"]!.GetValue<string>());
    }

    [Fact]
    public async Task The_same_email_keeps_its_id_and_may_try_three_times_a_day()
    {
        await using var sandbox = await SandboxServer.StartAsync();
        var id = await sandbox.MeetingAsync("""{"approval_type":0}""");

        var ids = new HashSet<string>();
        for (var n = 0; n < 3; n++) ids.Add((await sandbox.CallAsync(HttpMethod.Post, $"/meetings/{id}/registrants", Ana, 201))!["registrant_id"]!.GetValue<string>());
        await sandbox.CallAsync(HttpMethod.Post, $"/meetings/{id}/registrants", Ana, 429);
        sandbox.Clock.Advance(TimeSpan.FromDays(1));
        await sandbox.SignInAsync();
        await sandbox.CallAsync(HttpMethod.Post, $"/meetings/{id}/registrants", Ana, 201);

        Assert.Single(ids);
    }

    [Fact]
    public async Task A_meeting_takes_so_many_and_no_more()
    {
        await using var sandbox = await SandboxServer.StartAsync(("RegistrantsPerMeeting", "1"));
        var id = await sandbox.MeetingAsync("""{"approval_type":0}""");

        await sandbox.CallAsync(HttpMethod.Post, $"/meetings/{id}/registrants", Ana, 201);
        await sandbox.CallAsync(HttpMethod.Post, $"/meetings/{id}/registrants", Ana.Replace("ana@", "ben@", StringComparison.Ordinal), 400);
    }

    [Theory]
    [InlineData(30, 200)]
    [InlineData(31, 400)]
    public async Task A_batch_has_at_most_thirty(int people, int status)
    {
        await using var sandbox = await SandboxServer.StartAsync();
        var id = await sandbox.MeetingAsync("""{"approval_type":0}""");
        var rows = string.Join(',', Enumerable.Range(0, people).Select(n => $$"""{"email":"s{{n}}@example.org","first_name":"S{{n}}"}"""));

        var answer = (await sandbox.CallAsync(HttpMethod.Post, $"/meetings/{id}/batch_registrants", $$"""{"registrants":[{{rows}}]}""", status))!;

        if (status == 200) Assert.All((JsonArray)answer["registrants"]!, r => Assert.NotNull(r!["join_url"]));
        else Assert.Equal(300, answer["code"]!.GetValue<int>());
    }

    [Fact]
    public async Task Registrants_are_listed_by_status_and_their_status_can_be_changed()
    {
        await using var sandbox = await SandboxServer.StartAsync();
        var id = await sandbox.MeetingAsync("""{"approval_type":1}""");
        var ana = (await sandbox.CallAsync(HttpMethod.Post, $"/meetings/{id}/registrants", Ana, 201))!["registrant_id"]!.GetValue<string>();

        Assert.Equal(1, await CountAsync("pending"));
        await sandbox.CallAsync(HttpMethod.Put, $"/meetings/{id}/registrants/status", $$"""{"action":"approve","registrants":[{"id":"{{ana}}"}]}""", 204);
        Assert.Equal((0, 1), (await CountAsync("pending"), await CountAsync("approved")));
        await sandbox.CallAsync(HttpMethod.Delete, $"/meetings/{id}/registrants/{ana}", null, 204);
        Assert.Equal(0, await CountAsync("approved"));
        await sandbox.IdleAsync();

        Assert.Single(sandbox.Receiver.Of("meeting.registration_approved"));
        Assert.Single(sandbox.Receiver.Of("meeting.registration_cancelled"));

        async Task<int> CountAsync(string status) =>
            (await sandbox.CallAsync(HttpMethod.Get, $"/meetings/{id}/registrants?status={status}", null, 200))!["total_records"]!.GetValue<int>();
    }
}

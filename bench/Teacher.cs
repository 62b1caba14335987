using System.Net.Http.Json;
using System.Text.Json;

namespace Meetings.Bench;

/// <summary>The demo school's teacher, through the gateway, as any client.</summary>
internal sealed class Teacher(HttpClient gateway)
{
    public const string Students = "r1.deped.gov.ph";

    private Guid _class;

    public sealed record Lesson(Guid Id, string ZoomNumber);

    public async Task SignInAsync(CancellationToken ct)
    {
        var token = await (await gateway.PostAsJsonAsync("/dev/token", new { email = $"teacher@{Students}" }, ct)).EnsureSuccessStatusCode()
            .Content.ReadFromJsonAsync<JsonElement>(ct);
        gateway.DefaultRequestHeaders.Authorization = new("Bearer", token.GetProperty("accessToken").GetString());
        var classes = await gateway.GetFromJsonAsync<JsonElement>("/api/v1/classes?limit=100", ct);
        _class = classes.GetProperty("items").EnumerateArray().First().GetProperty("id").GetGuid();
    }

    public async Task<Lesson> PlanAsync(DateTimeOffset start, CancellationToken ct)
    {
        var response = await gateway.PostAsJsonAsync("/api/v1/meetings",
            new { provider = "zoom", title = "Bench", startsAt = start, durationMinutes = 50, timeZone = "Asia/Manila", classId = _class }, ct);
        var meeting = await response.EnsureSuccessStatusCode().Content.ReadFromJsonAsync<JsonElement>(ct);
        return new Lesson(meeting.GetProperty("id").GetGuid(), meeting.GetProperty("providerMeetingId").GetString()!);
    }

    /// <summary>How many of the lesson's students are seen to have come.</summary>
    public async Task<int> ArrivedAsync(Lesson lesson, CancellationToken ct)
    {
        var sheet = await gateway.GetFromJsonAsync<JsonElement>($"/api/v1/meetings/{lesson.Id}/attendance", ct);
        return sheet.GetProperty("records").EnumerateArray().Count(record => record.GetProperty("firstJoinAt").ValueKind != JsonValueKind.Null);
    }
}

using System.Net.Http.Json;
using System.Text.Json;
using Meetings.Testing;

namespace Meetings.EndToEnd.Tests;

[Collection(nameof(OneSystem))]
public sealed class ClassOnLiveKitTests(WholeSystem system)
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact, Trait("Acceptance", "S3-01"), Trait("Acceptance", "S3-11"), Trait("Acceptance", "S3-17"), Trait("Acceptance", "S3-20")]
    public async Task A_class_is_held_on_LiveKit_and_its_attendance_is_there()
    {
        using var teacher = await system.SignInAsync("teacher@r1.deped.gov.ph");
        using var room = new LiveKitRoom(system.LiveKitSandbox());
        // On the second: LiveKit tells when somebody left no more exactly than that.
        var start = DateTimeOffset.FromUnixTimeSeconds(DateTimeOffset.UtcNow.ToUnixTimeSeconds()).AddMinutes(-50);
        var meeting = await PlanAsync(teacher, start);
        Assert.Equal("ready", meeting.GetProperty("state").GetString());
        var id = meeting.GetProperty("id").GetString()!;

        // 21 minutes; 16 in two visits with a drop of a minute between them; 10; and one who never comes.
        await room.JoinAsync(await TokenAsync(teacher, id), start);
        using var first = await system.SignInAsync("student01@r1.deped.gov.ph");
        var phone = await room.JoinAsync(await TokenAsync(first, id), start.AddMinutes(2));
        await room.LeaveAsync(phone, start.AddMinutes(23));
        using var second = await system.SignInAsync("student02@r1.deped.gov.ph");
        await room.LeaveAsync(await room.JoinAsync(await TokenAsync(second, id), start), start.AddMinutes(8));
        await room.LeaveAsync(await room.JoinAsync(await TokenAsync(second, id), start.AddMinutes(9)), start.AddMinutes(16));
        using var third = await system.SignInAsync("student03@r1.deped.gov.ph");
        await room.LeaveAsync(await room.JoinAsync(await TokenAsync(third, id), start.AddMinutes(30)), start.AddMinutes(40));
        await StateAsync(teacher, id, "live");
        await room.EndAsync(start.AddMinutes(45));

        var sheet = await Eventually.Get(
            () => teacher.GetFromJsonAsync<JsonElement>($"/api/v1/meetings/{id}/attendance", Ct), sheet => sheet.GetProperty("isFinal").GetBoolean(), "final records", Patience);
        var marks = sheet.GetProperty("records").EnumerateArray().ToDictionary(
            record => record.GetProperty("studentId").GetString()!, record => (record.GetProperty("status").GetString(), record.GetProperty("durationSeconds").GetInt64()));
        Assert.Equal(("present", 21 * 60), marks[WholeSystem.PersonOf(first)]);
        Assert.Equal(("present", 16 * 60), marks[WholeSystem.PersonOf(second)]);
        Assert.Equal(("partial", 10 * 60), marks[WholeSystem.PersonOf(third)]);
        Assert.Equal(37, marks.Values.Count(mark => mark.Item1 == "absent"));
        await StateAsync(teacher, id, "finalised");
    }

    private static async Task<JsonElement> PlanAsync(HttpClient teacher, DateTimeOffset start)
    {
        var classes = await teacher.GetFromJsonAsync<JsonElement>("/api/v1/classes", Ct);
        var answer = await teacher.PostAsJsonAsync("/api/v1/meetings", new
        {
            provider = "livekit", title = "Algebra", startsAt = start, durationMinutes = 45, timeZone = "Asia/Manila",
            classId = classes.GetProperty("items")[0].GetProperty("id").GetString(),
        }, Ct);
        return await answer.EnsureSuccessStatusCode().Content.ReadFromJsonAsync<JsonElement>(Ct);
    }

    private static async Task<string> TokenAsync(HttpClient person, string meeting) =>
        (await person.GetFromJsonAsync<JsonElement>($"/api/v1/meetings/{meeting}/token", Ct)).GetProperty("accessToken").GetString()!;

    private static async Task StateAsync(HttpClient teacher, string meeting, string state) => await Eventually.Get(
        () => teacher.GetFromJsonAsync<JsonElement>($"/api/v1/meetings/{meeting}", Ct), found => found.GetProperty("state").GetString() == state, state, Patience);

    /// <summary>The sandbox's control API: people come with the tokens that they were given, at the times of the class.</summary>
    private sealed class LiveKitRoom(HttpClient sandbox) : IDisposable
    {
        private string _name = "";

        /// <returns>The participant's sid.</returns>
        public async Task<string> JoinAsync(string token, DateTimeOffset at)
        {
            var joined = await PostAsync("/control/join", new { token, at });
            _name = joined.GetProperty("room").GetString()!;
            return joined.GetProperty("participantSid").GetString()!;
        }

        public async Task LeaveAsync(string participant, DateTimeOffset at) => await PostAsync($"/control/rooms/{_name}/leave", new { participant, at });

        public async Task EndAsync(DateTimeOffset at) => await PostAsync($"/control/rooms/{_name}/end", new { at });

        public void Dispose() => sandbox.Dispose();

        private async Task<JsonElement> PostAsync(string path, object body)
        {
            var answer = await sandbox.PostAsJsonAsync(path, body, Ct);
            Assert.True(answer.IsSuccessStatusCode, $"{path}: {(int)answer.StatusCode} {await answer.Content.ReadAsStringAsync(Ct)}");
            var text = await answer.Content.ReadAsStringAsync(Ct);
            return text.Length == 0 ? default : JsonDocument.Parse(text).RootElement;
        }
    }
}

using System.Net.Http.Json;
using System.Text.Json;
using Meetings.Testing;

namespace Meetings.EndToEnd.Tests;

/// <summary>A client of the academies' original system, moved over without a change.</summary>
[Collection(nameof(OneSystem))]
public sealed class OriginalClientTests(WholeSystem system)
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact, Trait("Acceptance", "S3-10"), Trait("Acceptance", "S3-11"), Trait("Acceptance", "S3-15"), Trait("Acceptance", "S3-16"), Trait("Acceptance", "S3-30"),
        Trait("Acceptance", "X12"), Trait("Acceptance", "X22")]
    public async Task A_session_is_opened_entered_looked_at_and_ended_with_the_original_routes()
    {
        using var teacher = await system.SignInAsync("teacher@r1.deped.gov.ph");
        using var student = await system.SignInAsync("student01@r1.deped.gov.ph");
        using var sandbox = system.LiveKitSandbox();
        var (teacherId, studentId) = (WholeSystem.PersonOf(teacher), WholeSystem.PersonOf(student));
        // Far enough ahead to have no room yet, and with the number that their sessions have.
        var classes = await teacher.GetFromJsonAsync<JsonElement>("/api/v1/classes", Ct);
        await PostAsync(teacher, 201, "/api/v1/meetings", new
        {
            provider = "livekit", title = "Algebra", startsAt = DateTimeOffset.UtcNow.AddHours(5), durationMinutes = 45, timeZone = "Asia/Manila", roomId = "42",
            classId = classes.GetProperty("items")[0].GetProperty("id").GetString(),
        });

        await RefusedAsync(student, 403, "meeting-not-yours", "/api/meetings/create", new { session_id = 42 });
        var room = await PostAsync(teacher, 201, "/api/meetings/create", new { session_id = 42, max_participants = 30, recording_enabled = false, max_duration = 60 });
        Assert.Equal(("livekit", 30), (room.GetProperty("platform").GetString(), room.GetProperty("max_participants").GetInt32()));
        await RefusedAsync(teacher, 409, "room-exists", "/api/meetings/create", new { session_id = 42 });
        await RefusedAsync(teacher, 404, "meeting-not-found", "/api/meetings/create", new { session_id = 43 });
        Assert.Equal(30, (await teacher.GetFromJsonAsync<JsonElement>("/api/v1/meetings/42", Ct)).GetProperty("settings").GetProperty("maxParticipants").GetInt32());

        var token = await DataAsync(student, "/api/meetings/42/token?can_publish=false");
        Assert.Equal((room.GetProperty("room_name").GetString(), false, true), (token.GetProperty("room_name").GetString(),
            token.GetProperty("permissions").GetProperty("can_publish").GetBoolean(), token.GetProperty("permissions").GetProperty("can_subscribe").GetBoolean()));
        await EnterAsync(sandbox, await DataAsync(teacher, "/api/meetings/42/token"));
        await EnterAsync(sandbox, token);

        // What clients say of themselves is heard, of themselves alone, and opens no room.
        await RefusedAsync(student, 403, "not-yourself", "/api/meeting/join", new { session_id = 42, user_id = teacherId });
        await RefusedAsync(teacher, 404, "meeting-not-found", "/api/meeting/join", new { session_id = "never-planned", user_id = teacherId });
        Assert.Equal("admitted", (await PostAsync(teacher, 200, "/api/meeting/join", new { session_id = 42, user_id = teacherId })).GetProperty("status").GetString());
        Assert.Equal("admitted", (await PostAsync(student, 200, "/api/meeting/join", new { session_id = 42, user_id = studentId })).GetProperty("status").GetString());

        var info = await Eventually.Get(() => DataAsync(teacher, "/api/meetings/42/info"), found => found.GetProperty("participant_count").GetInt32() == 2, "two people", Patience);
        Assert.Equal(2, info.GetProperty("participants").GetArrayLength());
        Assert.Contains(token.GetProperty("participant_identity").GetString(), info.GetProperty("participants").EnumerateArray().Select(one => one.GetProperty("id").GetString()));
        await Eventually.Get(() => teacher.GetFromJsonAsync<JsonElement>("/api/v1/meetings/42", Ct), found => found.GetProperty("state").GetString() == "live", "live", Patience);

        Assert.Equal("left", (await PostAsync(student, 200, "/api/meeting/leave", new { session_id = 42, user_id = studentId })).GetProperty("status").GetString());
        await RefusedAsync(student, 403, "meeting-not-yours", "/api/meetings/42/end", new { });
        Assert.Equal("COMPLETED", (await PostAsync(teacher, 200, "/api/meetings/42/end", new { })).GetProperty("status").GetString());
        Assert.Equal("COMPLETED", (await PostAsync(teacher, 200, "/api/meetings/42/end", new { })).GetProperty("status").GetString());
        Assert.Equal(0, (await DataAsync(teacher, "/api/meetings/42/info")).GetProperty("participant_count").GetInt32());
    }

    private static async Task EnterAsync(HttpClient sandbox, JsonElement token)
    {
        var answer = await sandbox.PostAsJsonAsync("/control/join", new { token = token.GetProperty("access_token").GetString() }, Ct);
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync(Ct));
    }

    private static async Task<JsonElement> DataAsync(HttpClient person, string path)
    {
        var answer = await person.GetFromJsonAsync<JsonElement>(path, Ct);
        Assert.True(answer.GetProperty("success").GetBoolean());
        return answer.GetProperty("data");
    }

    /// <returns>The data of an original answer, or all of one of ours.</returns>
    private static async Task<JsonElement> PostAsync(HttpClient person, int status, string path, object body)
    {
        var answer = await person.PostAsJsonAsync(path, body, Ct);
        var text = await answer.Content.ReadAsStringAsync(Ct);
        Assert.True((int)answer.StatusCode == status, $"{path}: {(int)answer.StatusCode} {text}");
        var json = JsonDocument.Parse(text).RootElement;
        return json.TryGetProperty("data", out var data) ? data : json;
    }

    private static async Task RefusedAsync(HttpClient person, int status, string code, string path, object body)
    {
        var answer = await person.PostAsJsonAsync(path, body, Ct);
        var problem = await answer.Content.ReadFromJsonAsync<JsonElement>(Ct);
        Assert.Equal((status, code, false), ((int)answer.StatusCode, problem.GetProperty("code").GetString(), problem.GetProperty("success").GetBoolean()));
    }
}

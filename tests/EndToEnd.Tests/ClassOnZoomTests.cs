using System.Net.Http.Json;
using System.Text.Json;
using Meetings.Testing;

namespace Meetings.EndToEnd.Tests;

/// <summary>On a system of their own, since they restart parts of it, or all: one after the other, each with a class that it holds.</summary>
public sealed class ClassOnZoomTests(WholeSystem system) : IClassFixture<WholeSystem>
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact, Trait("Acceptance", "S0-01")]
    public async Task A_class_is_held_on_Zoom_and_its_attendance_is_there_also_after_everything_was_restarted()
    {
        using var teacher = await TeacherAsync();
        var before = await MeetingsAsync(teacher);

        // Held, told again, and held once more: the command compares the sheets with what is due and with one another.
        var (exitCode, output) = await system.PlayAsync("--twice");
        Assert.True(exitCode == 0, output);
        var held = (await MeetingsAsync(teacher)).Keys.Except(before.Keys).ToList();
        Assert.Equal(2, held.Count);
        var sheets = await SheetsAsync(teacher, held);

        await system.RestartAsync();
        using var again = await TeacherAsync();
        Assert.Equal(sheets, await SheetsAsync(again, held));
    }

    [Theory, Trait("Hostile", "78")]
    [InlineData("attendance")]
    [InlineData("meeting")]
    [InlineData("rabbitmq")]
    public async Task A_class_has_its_sheet_although_something_is_restarted_while_it_is_held(string resource)
    {
        using var teacher = await TeacherAsync();
        var before = await MeetingsAsync(teacher);

        var restart = RestartWhenTheMeetingIsThereAsync(teacher, resource, before.Keys);
        var (exitCode, output) = await system.PlayAsync("--patience", "120");
        await restart;

        Assert.True(exitCode == 0, output);
    }

    private async Task RestartWhenTheMeetingIsThereAsync(HttpClient teacher, string resource, IEnumerable<string> others)
    {
        await Eventually.Get(
            () => MeetingsAsync(teacher), meetings => meetings.ExceptBy(others, meeting => meeting.Key).Any(meeting => meeting.Value != "scheduled"),
            "the meeting to be on Zoom", TimeSpan.FromMinutes(1));
        await system.RestartAsync(resource);
    }

    private static async Task<string[]> SheetsAsync(HttpClient teacher, IEnumerable<string> meetings) =>
        await Task.WhenAll(meetings.Select(id => teacher.GetStringAsync(new Uri($"/api/v1/meetings/{id}/attendance", UriKind.Relative), Ct)));

    /// <returns>Their states, by id.</returns>
    private static async Task<Dictionary<string, string>> MeetingsAsync(HttpClient teacher)
    {
        var meetings = await teacher.GetFromJsonAsync<JsonElement>("/api/v1/meetings", Ct);
        return meetings.GetProperty("items").EnumerateArray().ToDictionary(
            meeting => meeting.GetProperty("id").GetString()!, meeting => meeting.GetProperty("state").GetString()!);
    }

    private Task<HttpClient> TeacherAsync() => system.SignInAsync("teacher@r1.deped.gov.ph");
}

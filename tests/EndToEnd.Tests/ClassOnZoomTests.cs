using System.Net.Http.Json;
using System.Text.Json;
using Meetings.Testing;

namespace Meetings.EndToEnd.Tests;

public sealed class ClassOnZoomTests : IDisposable
{
    private readonly string _data = Path.Combine(Path.GetTempPath(), $"meetings-end-to-end-{Guid.NewGuid():n}");

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact, Trait("Acceptance", "S0-01")]
    public async Task A_class_is_held_on_Zoom_and_its_attendance_is_there_also_after_everything_was_restarted()
    {
        string[] sheets;
        await using (var system = await WholeSystem.StartAsync(_data))
        {
            // Held, told again, and held once more: the command compares the sheets with what is due and with one another.
            var (exitCode, output) = await system.PlayAsync("--twice");
            Assert.True(exitCode == 0, output);
            sheets = await SheetsAsync(system);
            Assert.Equal(2, sheets.Length);
        }

        await using var again = await WholeSystem.StartAsync(_data);
        Assert.Equal(sheets, await SheetsAsync(again));
    }

    [Theory, Trait("Hostile", "78")]
    [InlineData("attendance")]
    [InlineData("meeting")]
    [InlineData("rabbitmq")]
    public async Task A_class_has_its_sheet_although_something_is_restarted_while_it_is_held(string resource)
    {
        await using var system = await WholeSystem.StartAsync(_data);

        var restart = RestartWhenTheMeetingIsThereAsync(system, resource);
        var (exitCode, output) = await system.PlayAsync("--patience", "120");
        await restart;

        Assert.True(exitCode == 0, output);
    }

    public void Dispose()
    {
        if (Directory.Exists(_data)) Directory.Delete(_data, recursive: true);
    }

    private static async Task RestartWhenTheMeetingIsThereAsync(WholeSystem system, string resource)
    {
        using var teacher = await TeacherAsync(system);
        await Eventually.Holds(
            async () => (await teacher.GetFromJsonAsync<JsonElement>("/api/v1/meetings", Ct)).GetProperty("items").EnumerateArray()
                .Any(meeting => meeting.GetProperty("state").GetString() != "scheduled"),
            "the meeting to be on Zoom", TimeSpan.FromMinutes(1));
        await system.RestartAsync(resource);
    }

    private static async Task<string[]> SheetsAsync(WholeSystem system)
    {
        using var teacher = await TeacherAsync(system);
        var meetings = await teacher.GetFromJsonAsync<JsonElement>("/api/v1/meetings", Ct);
        return await Task.WhenAll(meetings.GetProperty("items").EnumerateArray()
            .Select(meeting => teacher.GetStringAsync(new Uri($"/api/v1/meetings/{meeting.GetProperty("id").GetString()}/attendance", UriKind.Relative), Ct)));
    }

    private static Task<HttpClient> TeacherAsync(WholeSystem system) => system.SignInAsync("teacher@r1.deped.gov.ph");
}

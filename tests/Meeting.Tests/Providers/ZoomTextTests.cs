using System.Text.Json;
using Meetings.Meeting.Providers.Zoom;

namespace Meetings.Meeting.Tests.Providers;

public sealed class ZoomTextTests
{
    [Theory]
    [Trait("Acceptance", "S0-14")]
    [InlineData("84512093377", "84512093377")]
    [InlineData("\"84512093377\"", "84512093377")]
    [InlineData("9007199254740993", "9007199254740993")]
    [InlineData("1234567890123456789012345678901234567890", "1234567890123456789012345678901234567890")]
    public void A_meeting_number_is_text_and_never_a_double(string json, string expected) =>
        Assert.Equal(expected, JsonSerializer.Deserialize<ZoomMeeting>($$"""{"id":{{json}}}""", ZoomJson.Options)!.Id!.Value);

    [Theory]
    [InlineData("{}")]
    [InlineData("true")]
    public void Anything_else_is_refused(string json) =>
        Assert.Throws<JsonException>(() => JsonSerializer.Deserialize<ZoomMeeting>($$"""{"id":{{json}}}""", ZoomJson.Options));
}

using System.Text.Json;
using Meetings.Meeting.Commands;

namespace Meetings.Meeting.Tests.Commands;

public sealed class CommandRequestTests
{
    private const string One = "7d2c54a8-60a2-4a0e-9a0d-3f5c0f0d8a11";

    [Theory]
    [InlineData("""{"kind":"mute_all"}""", true)]
    [InlineData("""{"kind":"announce","text":" Open page 7.\nNow. "}""", false)]
    [InlineData("""{"kind":"announce","text":"x","critical":true}""", true)]
    [InlineData("""{"kind":"lower_hands"}""", false)]
    [InlineData("""{"kind":"end_for_all","critical":false}""", true)]
    [InlineData("""{"kind":"kick","targets":["7d2c54a8-60a2-4a0e-9a0d-3f5c0f0d8a11"]}""", true)]
    [InlineData("""{"kind":"spotlight","subject":"7d2c54a8-60a2-4a0e-9a0d-3f5c0f0d8a11","targets":null}""", false)]
    public void A_good_command_is_read(string json, bool critical)
    {
        var request = CommandRequest.Read(JsonElement.Parse(json), out var errors);

        Assert.Empty(errors);
        Assert.Equal(critical, request!.Critical);
    }

    [Theory]
    [InlineData("[]", "body")]
    [InlineData("null", "body")]
    [InlineData("{}", "kind")]
    [InlineData("""{"kind":"explode"}""", "kind")]
    [InlineData("""{"kind":7}""", "kind")]
    [InlineData("""{"kind":"announce"}""", "text")]
    [InlineData("""{"kind":"announce","text":"  "}""", "text")]
    [InlineData("""{"kind":"announce","text":"a\u0000b"}""", "text")]
    [InlineData("""{"kind":"announce","text":"\ud800"}""", "text")]
    [InlineData("""{"kind":"mute_all","text":"x"}""", "text")]
    [InlineData("""{"kind":"mute_all","targets":["7d2c54a8-60a2-4a0e-9a0d-3f5c0f0d8a11"]}""", "targets")]
    [InlineData("""{"kind":"kick"}""", "targets")]
    [InlineData("""{"kind":"kick","targets":[]}""", "targets")]
    [InlineData("""{"kind":"kick","targets":"everyone"}""", "targets")]
    [InlineData("""{"kind":"kick","targets":[1]}""", "targets")]
    [InlineData("""{"kind":"kick","targets":["7d2c54a8-60a2-4a0e-9a0d-3f5c0f0d8a11","x"]}""", "targets")]
    [InlineData("""{"kind":"spotlight"}""", "subject")]
    [InlineData("""{"kind":"spotlight","subject":"me"}""", "subject")]
    [InlineData("""{"kind":"lock","subject":"7d2c54a8-60a2-4a0e-9a0d-3f5c0f0d8a11"}""", "subject")]
    [InlineData("""{"kind":"lock","critical":"yes"}""", "critical")]
    public void What_is_wrong_is_told_by_its_field(string json, string field)
    {
        Assert.Null(CommandRequest.Read(JsonElement.Parse(json), out var errors));
        Assert.Equal([field], errors.Keys);
    }

    [Fact]
    public void A_thousand_characters_and_two_hundred_people_are_the_most()
    {
        string Targets(int count) => $$"""{"kind":"mute","targets":[{{string.Join(',', Enumerable.Range(0, count).Select(_ => $"\"{Guid.NewGuid()}\""))}}]}""";
        string Text(int length) => $$"""{"kind":"announce","text":"{{new string('x', length)}}"}""";

        foreach (var good in (string[])[Targets(200), Text(1000)]) Assert.NotNull(CommandRequest.Read(JsonElement.Parse(good), out _));
        foreach (var bad in (string[])[Targets(201), Text(1001)]) Assert.Null(CommandRequest.Read(JsonElement.Parse(bad), out _));
    }

    [Fact]
    public void The_order_and_repeats_of_targets_do_not_matter()
    {
        var two = Guid.NewGuid();
        var request = CommandRequest.Read(JsonElement.Parse($$"""{"kind":"mute","targets":["{{One}}","{{two}}","{{One}}"]}"""), out _)!;
        var other = CommandRequest.Read(JsonElement.Parse($$"""{"kind":"mute","targets":["{{two}}","{{One}}"]}"""), out _)!;

        Assert.Equal(2, request.Targets!.Count);
        Assert.Equal(request.Fingerprint(), other.Fingerprint());
        Assert.NotEqual(request.Fingerprint(), (request with { Kind = "stop_video" }).Fingerprint());
    }
}

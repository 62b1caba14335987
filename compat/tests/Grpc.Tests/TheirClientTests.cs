using System.Text.Json;

namespace Grpc.Tests;

/// <summary>A client that is not ours (grpcio, which is C-core) calls our server.</summary>
public sealed class TheirClientTests
{
    [Theory]
    [InlineData("unary", """{"ask": "trailers", "before": "yes", "after": "yes"}""")]
    [InlineData("headers", "\"aCAFE\"")]
    [InlineData("client_stream", """["one two three", 3]""")]
    [InlineData("deadline_sent", "\"deadline\"")]
    [InlineData("large", """[3000000, 3000000, "RESOURCE_EXHAUSTED", "RESOURCE_EXHAUSTED"]""")]
    [InlineData("unimplemented", """{"code": "UNIMPLEMENTED", "details": "Method is unimplemented.", "trailers": {}}""")]
    [InlineData("exception", """{"code": "UNKNOWN", "details": "Exception was thrown by handler.", "trailers": {}}""")]
    [InlineData("error", """
        {"code": "FAILED_PRECONDITION", "details": "Größe: 100 % zu viel\n", "trailers": {"x-why-bin": "0001feff", "x-why": "because"}}
        """)]
    [InlineData("stream_error", """
        {"code": "DATA_LOSS", "details": "lost", "trailers": {"x-why-bin": "0001feff", "x-why": "because"}, "got": [1, 2]}
        """)]
    public async Task It_gets_what_it_should(string @case, string expected)
    {
        await using var server = await Server.StartAsync();
        var got = await Python.ClientAsync(server, @case);
        Assert.True(JsonElement.DeepEquals(Json(expected), Json(got)), got);
    }

    [Fact]
    public async Task It_reads_a_stream()
    {
        await using var server = await Server.StartAsync();
        Assert.Equal(Enumerable.Range(1, 100), JsonSerializer.Deserialize<int[]>(await Python.ClientAsync(server, "stream"))!);
    }

    [Fact]
    public async Task It_talks_in_turn()
    {
        await using var server = await Server.StartAsync();
        var turns = JsonSerializer.Deserialize<JsonElement[][]>(await Python.ClientAsync(server, "duplex"))!;
        Assert.Equal(Enumerable.Range(0, 20), turns.Select(turn => turn[1].GetInt32()));
        Assert.All(turns, turn => Assert.Equal("WORD", turn[0].GetString()));
    }

    [Fact]
    public async Task Its_deadline_ends_the_method_too()
    {
        await using var server = await Server.StartAsync();
        Assert.Equal("DEADLINE_EXCEEDED", Json(await Python.ClientAsync(server, "deadline")).GetProperty("code").GetString());
        await server.Seen.Cancelled.InTime();
    }

    [Fact]
    public async Task Its_cancellation_ends_the_method_too()
    {
        await using var server = await Server.StartAsync();
        var end = Json(await Python.ClientAsync(server, "cancel"));
        Assert.Equal(("CANCELLED", 1), (end.GetProperty("code").GetString(), end.GetProperty("first").GetInt32()));
        await server.Seen.Cancelled.InTime();
    }

    [Fact]
    public async Task Its_deadline_reaches_the_method()
    {
        await using var server = await Server.StartAsync();
        var before = DateTime.UtcNow;
        await Python.ClientAsync(server, "deadline_sent");
        Assert.InRange(server.Seen.Deadline!.Value, before.AddSeconds(95), DateTime.UtcNow.AddSeconds(101));
    }

    [Fact]
    public async Task It_sends_and_reads_gzip()
    {
        await using var server = await Server.StartAsync(o => o.ResponseCompressionAlgorithm = "gzip");
        var got = await Python.ClientAsync(server, "compressed");
        Assert.Equal("[100000, 100000]", got);
    }

    private static JsonElement Json(string text) => JsonDocument.Parse(text).RootElement;
}

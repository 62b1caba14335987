using Google.Protobuf;
using Grpc.Core;
using Trial.V1;

namespace Grpc.Tests;

public sealed class CallTests
{
    [Fact]
    public async Task A_unary_call_is_answered()
    {
        await using var server = await Server.StartAsync();
        using var call = server.Client().SayAsync(new Words { Ask = "hello" });
        Assert.Equal("hello", (await call.ResponseAsync.InTime()).Ask);
        Assert.Equal(StatusCode.OK, call.GetStatus().StatusCode);
    }

    [Fact]
    public async Task A_blocking_call_is_answered()
    {
        await using var server = await Server.StartAsync();
        var client = server.Client();
        Assert.Equal("hello", (await Task.Run(() => client.Say(new Words { Ask = "hello" })).InTime()).Ask);
    }

    [Fact]
    public async Task The_context_tells_method_host_and_peer()
    {
        await using var server = await Server.StartAsync();
        var who = (await server.Client().SayAsync(new Words { Ask = "who" }).ResponseAsync.InTime()).Ask;
        Assert.Matches(@"^/trial\.v1\.Trial/Say 127\.0\.0\.1:\d+ ipv4:127\.0\.0\.1:\d+ HTTP/2$", who);
    }

    [Fact]
    public async Task Headers_and_trailers_arrive_in_text_and_in_bytes()
    {
        await using var server = await Server.StartAsync();
        var headers = new Metadata { { "X-Said", "something" }, { "x-said-bin", [0xCA, 0xFE] } };
        Assert.Equal("somethingCAFE", (await server.Client().SayAsync(new Words { Ask = "header" }, headers).ResponseAsync.InTime()).Ask);

        using var call = server.Client().SayAsync(new Words { Ask = "trailers" });
        Assert.Equal("yes", (await call.ResponseHeadersAsync.InTime()).GetValue("x-before"));
        await call.ResponseAsync.InTime();
        Assert.Equal("yes", call.GetTrailers().GetValue("x-after"));
    }

    [Fact]
    public async Task A_server_stream_comes_in_order_and_ends()
    {
        await using var server = await Server.StartAsync();
        using var call = server.Client().Count(new Words { Number = 1000, Load = ByteString.CopyFrom(new byte[1000]) });
        var numbers = new List<int>();
        await foreach (var words in call.ResponseStream.ReadAllAsync(TestContext.Current.CancellationToken)) numbers.Add(words.Number);
        Assert.Equal(Enumerable.Range(1, 1000), numbers);
        Assert.Equal(StatusCode.OK, call.GetStatus().StatusCode);
    }

    [Fact]
    public async Task A_server_stream_that_fails_gives_what_came_before_and_then_the_error_with_its_details()
    {
        await using var server = await Server.StartAsync();
        using var call = server.Client().Count(new Words { Ask = "fail at two", Number = 5 });
        Assert.True(await call.ResponseStream.MoveNext().InTime());
        Assert.True(await call.ResponseStream.MoveNext().InTime());
        var error = await Assert.ThrowsAsync<RpcException>(() => call.ResponseStream.MoveNext().InTime());
        Assert.Equal(StatusCode.DataLoss, error.StatusCode);
        Assert.Equal([0, 1, 254, 255], error.Trailers.GetValueBytes("x-why-bin")!);
    }

    [Fact]
    public async Task A_client_stream_is_joined()
    {
        await using var server = await Server.StartAsync();
        using var call = server.Client().Join();
        foreach (var word in new[] { "one", "two", "three" }) await call.RequestStream.WriteAsync(new Words { Ask = word }).InTime();
        await call.RequestStream.CompleteAsync();
        var joined = await call.ResponseAsync.InTime();
        Assert.Equal(("one two three", 3), (joined.Ask, joined.Number));
        await Assert.ThrowsAsync<InvalidOperationException>(() => call.RequestStream.WriteAsync(new Words()));
    }

    [Fact]
    public async Task A_client_stream_that_the_server_ends_early_gives_its_status()
    {
        await using var server = await Server.StartAsync();
        using var call = server.Client().Join();
        await call.RequestStream.WriteAsync(new Words { Ask = "enough" }).InTime();
        Assert.Equal(StatusCode.OutOfRange, (await Assert.ThrowsAsync<RpcException>(() => call.ResponseAsync.InTime())).StatusCode);
        Assert.Equal(StatusCode.OutOfRange, (await Assert.ThrowsAsync<RpcException>(() => call.RequestStream.WriteAsync(new Words()))).StatusCode);
    }

    [Fact]
    public async Task Both_sides_talk_in_turn_on_a_duplex_stream()
    {
        await using var server = await Server.StartAsync();
        using var call = server.Client().Echo();
        for (var i = 0; i < 100; i++)
        {
            await call.RequestStream.WriteAsync(new Words { Ask = "word", Number = i }).InTime();
            Assert.True(await call.ResponseStream.MoveNext().InTime());
            Assert.Equal(("WORD", i), (call.ResponseStream.Current.Ask, call.ResponseStream.Current.Number));
        }

        await call.RequestStream.CompleteAsync();
        Assert.False(await call.ResponseStream.MoveNext().InTime());
    }

    [Fact]
    public async Task A_server_may_end_a_duplex_stream_while_the_client_still_writes()
    {
        await using var server = await Server.StartAsync();
        using var call = server.Client().Echo();
        await call.RequestStream.WriteAsync(new Words { Ask = "stop" }).InTime();
        Assert.False(await call.ResponseStream.MoveNext().InTime());
        Assert.Equal(StatusCode.OK, call.GetStatus().StatusCode);
        await Assert.ThrowsAsync<InvalidOperationException>(() => call.RequestStream.WriteAsync(new Words { Ask = "more" }));
    }

    [Fact]
    public async Task Many_calls_at_once_share_a_channel()
    {
        await using var server = await Server.StartAsync();
        using var channel = server.Channel();
        var client = new Trial.V1.Trial.TrialClient(channel);
        var answers = await Task.WhenAll(Enumerable.Range(0, 500).Select(async i => (await client.SayAsync(new Words { Ask = $"{i}" })).Ask)).InTime();
        Assert.Equal(Enumerable.Range(0, 500).Select(i => $"{i}"), answers);
    }
}

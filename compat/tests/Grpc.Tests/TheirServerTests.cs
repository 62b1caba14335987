using Google.Protobuf;
using Grpc.Core;
using Grpc.Net.Client;
using Trial.V1;

namespace Grpc.Tests;

/// <summary>Our client calls a server that is not ours (grpcio, which is C-core).</summary>
public sealed class TheirServerTests
{
    [Fact]
    public async Task A_unary_call_with_headers_and_trailers_is_answered()
    {
        await WithServerAsync(async client =>
        {
            using var call = client.SayAsync(new Words { Ask = "trailers" });
            Assert.Equal("yes", (await call.ResponseHeadersAsync.InTime()).GetValue("x-before"));
            await call.ResponseAsync.InTime();
            Assert.Equal("yes", call.GetTrailers().GetValue("x-after"));

            var headers = new Metadata { { "x-said", "a" }, { "x-said-bin", [0xCA, 0xFE] } };
            var answer = await client.SayAsync(new Words { Ask = "header" }, headers).ResponseAsync.InTime();
            Assert.Equal("acafe", answer.Ask);
            Assert.StartsWith("grpc-dotnet/", answer.Load.ToStringUtf8(), StringComparison.Ordinal);
        });
    }

    [Fact]
    public async Task An_error_comes_with_its_details()
    {
        await WithServerAsync(async client =>
        {
            var error = await Assert.ThrowsAsync<RpcException>(() => client.SayAsync(new Words { Ask = "fail" }).ResponseAsync.InTime());
            Assert.Equal((StatusCode.FailedPrecondition, "Größe: 100 % zu viel\n"), (error.StatusCode, error.Status.Detail));
            Assert.Equal([0, 1, 254, 255], error.Trailers.GetValueBytes("x-why-bin")!);
            Assert.Equal("because", error.Trailers.GetValue("x-why"));
        });
    }

    [Fact]
    public async Task Streams_work_in_all_directions()
    {
        await WithServerAsync(async client =>
        {
            using var counted = client.Count(new Words { Number = 100, Load = ByteString.CopyFrom(new byte[10_000]) });
            for (var i = 1; i <= 100; i++)
            {
                Assert.True(await counted.ResponseStream.MoveNext().InTime());
                Assert.Equal(i, counted.ResponseStream.Current.Number);
            }

            Assert.False(await counted.ResponseStream.MoveNext().InTime());

            using var joined = client.Join();
            foreach (var word in new[] { "one", "two", "three" }) await joined.RequestStream.WriteAsync(new Words { Ask = word }).InTime();
            await joined.RequestStream.CompleteAsync();
            Assert.Equal("one two three", (await joined.ResponseAsync.InTime()).Ask);

            using var echo = client.Echo();
            for (var i = 0; i < 20; i++)
            {
                await echo.RequestStream.WriteAsync(new Words { Ask = "word", Number = i }).InTime();
                Assert.True(await echo.ResponseStream.MoveNext().InTime());
                Assert.Equal(("WORD", i), (echo.ResponseStream.Current.Ask, echo.ResponseStream.Current.Number));
            }

            await echo.RequestStream.WriteAsync(new Words { Ask = "stop" }).InTime();
            Assert.False(await echo.ResponseStream.MoveNext().InTime());
        });
    }

    [Fact]
    public async Task A_stream_that_fails_gives_what_came_before()
    {
        await WithServerAsync(async client =>
        {
            using var call = client.Count(new Words { Ask = "fail at two", Number = 5 });
            Assert.True(await call.ResponseStream.MoveNext().InTime());
            Assert.True(await call.ResponseStream.MoveNext().InTime());
            var error = await Assert.ThrowsAsync<RpcException>(() => call.ResponseStream.MoveNext().InTime());
            Assert.Equal((StatusCode.DataLoss, 4), (error.StatusCode, error.Trailers.GetValueBytes("x-why-bin")!.Length));
        });
    }

    [Fact]
    public async Task A_deadline_reaches_it_and_ends_its_method()
    {
        await WithServerAsync(async client =>
        {
            Assert.InRange((await client.SayAsync(new Words { Ask = "deadline" }, deadline: DateTime.UtcNow.AddSeconds(100)).ResponseAsync.InTime()).Number, 90, 100);
            var late = client.SayAsync(new Words { Ask = "wait" }, deadline: DateTime.UtcNow.AddSeconds(1)).ResponseAsync;
            Assert.Equal(StatusCode.DeadlineExceeded, (await Assert.ThrowsAsync<RpcException>(() => late.InTime())).StatusCode);
            Assert.Equal(1, (await client.SayAsync(new Words { Ask = "was cancelled" }).ResponseAsync.InTime()).Number);
        });
    }

    [Fact]
    public async Task Cancellation_ends_its_method()
    {
        await WithServerAsync(async client =>
        {
            using var cancel = new CancellationTokenSource();
            using var call = client.Count(new Words { Ask = "wait", Number = 1 }, cancellationToken: cancel.Token);
            Assert.True(await call.ResponseStream.MoveNext().InTime());
            await cancel.CancelAsync();
            Assert.Equal(StatusCode.Cancelled, (await Assert.ThrowsAsync<RpcException>(() => call.ResponseStream.MoveNext().InTime())).StatusCode);
            Assert.Equal(1, (await client.SayAsync(new Words { Ask = "was cancelled" }).ResponseAsync.InTime()).Number);
        });
    }

    [Fact]
    public async Task Large_messages_pass_and_too_large_ones_exhaust_resources()
    {
        await WithServerAsync(async client =>
        {
            var three = new Words { Load = ByteString.CopyFrom(new byte[3_000_000]) };
            Assert.Equal(3_000_000, (await client.SayAsync(three).ResponseAsync.InTime()).Number);
            Assert.Equal(3_000_000, (await client.SayAsync(new Words { Ask = "large", Number = 3_000_000 }).ResponseAsync.InTime()).Load.Length);

            var five = new Words { Load = ByteString.CopyFrom(new byte[5_000_000]) };
            var sent = client.SayAsync(five).ResponseAsync;
            Assert.Equal(StatusCode.ResourceExhausted, (await Assert.ThrowsAsync<RpcException>(() => sent.InTime())).StatusCode);
            var received = client.SayAsync(new Words { Ask = "large", Number = 5_000_000 }).ResponseAsync;
            Assert.Equal(StatusCode.ResourceExhausted, (await Assert.ThrowsAsync<RpcException>(() => received.InTime())).StatusCode);
        });
    }

    [Fact]
    public async Task What_it_does_not_serve_is_unimplemented()
    {
        var (server, address) = await Python.ServerAsync();
        await using var _ = server;
        using var channel = GrpcChannel.ForAddress(address);
        var call = new Nobody.NobodyClient(channel).SayAsync(new Words()).ResponseAsync;
        Assert.Equal(StatusCode.Unimplemented, (await Assert.ThrowsAsync<RpcException>(() => call.InTime())).StatusCode);
    }

    [Fact]
    public async Task Gzip_is_read_and_sent()
    {
        await WithServerAsync(
            async client =>
            {
                Assert.Equal(1_000_000, (await client.SayAsync(new Words { Ask = "large", Number = 1_000_000 }).ResponseAsync.InTime()).Load.Length);
                var headers = new Metadata { { "grpc-internal-encoding-request", "gzip" } };
                var sent = new Words { Load = ByteString.CopyFrom(new byte[1_000_000]) };
                Assert.Equal(1_000_000, (await client.SayAsync(sent, headers).ResponseAsync.InTime()).Number);
            },
            "gzip");
    }

    private static async Task WithServerAsync(Func<Trial.V1.Trial.TrialClient, Task> test, params string[] arguments)
    {
        var (server, address) = await Python.ServerAsync(arguments);
        await using var _ = server;
        using var channel = GrpcChannel.ForAddress(address);
        await test(new Trial.V1.Trial.TrialClient(channel));
    }
}

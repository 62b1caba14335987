using Google.Protobuf;
using Grpc.Core;
using Grpc.Net.Client;
using Microsoft.Extensions.DependencyInjection;
using Trial.V1;

namespace Grpc.Tests;

/// <summary>How calls end when it is not well.</summary>
public sealed class EndTests
{
    private static readonly TimeSpan Soon = TimeSpan.FromMilliseconds(200);

    /// <summary>Long enough for a busy machine to begin the method that is to be stopped.</summary>
    private static readonly TimeSpan Begun = TimeSpan.FromSeconds(1);

    [Fact]
    public async Task An_error_carries_code_words_and_details()
    {
        await using var server = await Server.StartAsync();
        var error = await FailAsync(server.Client(), new Words { Ask = "fail" });
        Assert.Equal((StatusCode.FailedPrecondition, "Größe: 100 % zu viel\n"), (error.StatusCode, error.Status.Detail));
        Assert.Equal([0, 1, 254, 255], error.Trailers.GetValueBytes("x-why-bin")!);
        Assert.Equal("because", error.Trailers.GetValue("x-why"));
    }

    [Fact]
    public async Task An_exception_of_the_service_stays_in_the_house()
    {
        await using var server = await Server.StartAsync();
        var error = await FailAsync(server.Client(), new Words { Ask = "break" });
        Assert.Equal((StatusCode.Unknown, "Exception was thrown by handler."), (error.StatusCode, error.Status.Detail));
    }

    [Fact]
    public async Task An_exception_is_told_where_details_are_enabled()
    {
        await using var server = await Server.StartAsync(o => o.EnableDetailedErrors = true);
        Assert.Contains("the secret of the house", (await FailAsync(server.Client(), new Words { Ask = "break" })).Status.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_status_may_be_set_without_an_exception()
    {
        await using var server = await Server.StartAsync();
        var error = await FailAsync(server.Client(), new Words { Ask = "status" });
        Assert.Equal((StatusCode.NotFound, "not here"), (error.StatusCode, error.Status.Detail));
        Assert.Equal("yes", error.Trailers.GetValue("x-after"));
    }

    [Fact]
    public async Task A_method_that_returns_nothing_is_an_error()
    {
        await using var server = await Server.StartAsync();
        Assert.Equal(StatusCode.Cancelled, (await FailAsync(server.Client(), new Words { Ask = "null" })).StatusCode);
    }

    [Fact]
    public async Task A_deadline_ends_the_call_on_both_sides()
    {
        await using var server = await Server.StartAsync();
        var client = server.Client();
        await client.SayAsync(new Words()).ResponseAsync.InTime();
        using var call = client.SayAsync(new Words { Ask = "wait" }, deadline: DateTime.UtcNow + Begun);
        var error = await Assert.ThrowsAsync<RpcException>(() => call.ResponseAsync.InTime());
        Assert.Equal(StatusCode.DeadlineExceeded, error.StatusCode);
        Assert.Equal(StatusCode.DeadlineExceeded, call.GetStatus().StatusCode);
        await server.Seen.Cancelled.InTime();
    }

    [Fact]
    public async Task A_deadline_ends_a_stream_that_waits()
    {
        await using var server = await Server.StartAsync();
        var client = server.Client();
        await client.SayAsync(new Words()).ResponseAsync.InTime();
        using var call = client.Count(new Words { Ask = "wait", Number = 1 }, deadline: DateTime.UtcNow + Begun);
        Assert.True(await call.ResponseStream.MoveNext().InTime());
        Assert.Equal(StatusCode.DeadlineExceeded, (await Assert.ThrowsAsync<RpcException>(() => call.ResponseStream.MoveNext().InTime())).StatusCode);
        await server.Seen.Cancelled.InTime();
    }

    [Fact]
    public async Task A_deadline_reaches_the_server()
    {
        await using var server = await Server.StartAsync();
        var deadline = DateTime.UtcNow.AddMinutes(7);
        await server.Client().SayAsync(new Words { Ask = "deadline" }, deadline: deadline).ResponseAsync.InTime();
        Assert.InRange(server.Seen.Deadline!.Value, deadline.AddSeconds(-2), deadline.AddSeconds(2));

        await server.Client().SayAsync(new Words { Ask = "deadline" }).ResponseAsync.InTime();
        Assert.Equal(DateTime.MaxValue, server.Seen.Deadline);
    }

    [Fact]
    public async Task A_deadline_that_has_passed_or_is_not_in_utc_is_not_even_sent()
    {
        await using var server = await Server.StartAsync();
        using var call = server.Client().SayAsync(new Words { Ask = "deadline" }, deadline: DateTime.UtcNow.AddSeconds(-1));
        Assert.Equal(StatusCode.DeadlineExceeded, (await Assert.ThrowsAsync<RpcException>(() => call.ResponseAsync.InTime())).StatusCode);
        Assert.Throws<InvalidOperationException>(() => server.Client().SayAsync(new Words(), deadline: DateTime.Now.AddMinutes(1)));
        Assert.Null(server.Seen.Deadline);
    }

    [Fact]
    public async Task Cancellation_ends_the_call_on_both_sides()
    {
        await using var server = await Server.StartAsync();
        using var cancel = new CancellationTokenSource();
        using var call = server.Client().Count(new Words { Ask = "wait", Number = 1 }, cancellationToken: cancel.Token);
        Assert.True(await call.ResponseStream.MoveNext().InTime());
        var next = call.ResponseStream.MoveNext();
        await cancel.CancelAsync();
        Assert.Equal(StatusCode.Cancelled, (await Assert.ThrowsAsync<RpcException>(() => next.InTime())).StatusCode);
        await server.Seen.Cancelled.InTime();
    }

    [Fact]
    public async Task Cancelling_one_reading_ends_the_call()
    {
        await using var server = await Server.StartAsync();
        using var call = server.Client().Count(new Words { Ask = "wait", Number = 1 });
        Assert.True(await call.ResponseStream.MoveNext().InTime());
        using var cancel = new CancellationTokenSource(Soon);
        Assert.Equal(StatusCode.Cancelled, (await Assert.ThrowsAsync<RpcException>(() => call.ResponseStream.MoveNext(cancel.Token).InTime())).StatusCode);
        await server.Seen.Cancelled.InTime();
    }

    [Fact]
    public async Task Disposing_of_a_call_ends_it()
    {
        await using var server = await Server.StartAsync();
        var call = server.Client().Count(new Words { Ask = "wait", Number = 1 });
        Assert.True(await call.ResponseStream.MoveNext().InTime());
        call.Dispose();
        Assert.Equal(StatusCode.Cancelled, call.GetStatus().StatusCode);
        await server.Seen.Cancelled.InTime();
    }

    [Fact]
    public async Task Disposing_of_the_channel_ends_its_calls()
    {
        await using var server = await Server.StartAsync();
        var channel = server.Channel();
        using var call = new Trial.V1.Trial.TrialClient(channel).Count(new Words { Ask = "wait", Number = 1 });
        Assert.True(await call.ResponseStream.MoveNext().InTime());
        channel.Dispose();
        Assert.Equal(StatusCode.Cancelled, (await Assert.ThrowsAsync<RpcException>(() => call.ResponseStream.MoveNext().InTime())).StatusCode);
        await server.Seen.Cancelled.InTime();
        Assert.Throws<ObjectDisposedException>(() => channel.CreateCallInvoker());
    }

    [Fact]
    public async Task Cancellation_can_be_the_exception_of_that_name()
    {
        await using var server = await Server.StartAsync();
        var client = server.Client(new GrpcChannelOptions { ThrowOperationCanceledOnCancellation = true });
        using var cancel = new CancellationTokenSource(Soon);
        var cancelled = client.SayAsync(new Words { Ask = "wait" }, cancellationToken: cancel.Token).ResponseAsync;
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => cancelled.InTime());
        var late = client.SayAsync(new Words { Ask = "wait" }, deadline: DateTime.UtcNow + Soon).ResponseAsync;
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => late.InTime());
    }

    [Fact]
    public async Task Nobody_there_is_unavailable()
    {
        string address;
        await using (var server = await Server.StartAsync()) address = server.Address;
        using var channel = GrpcChannel.ForAddress(address);
        Assert.Equal(StatusCode.Unavailable, (await FailAsync(new Trial.V1.Trial.TrialClient(channel), new Words())).StatusCode);
    }

    [Fact]
    public async Task A_service_that_nobody_serves_is_unimplemented()
    {
        await using var server = await Server.StartAsync();
        var call = new Nobody.NobodyClient(server.Channel()).SayAsync(new Words());
        Assert.Equal(StatusCode.Unimplemented, (await Assert.ThrowsAsync<RpcException>(() => call.ResponseAsync.InTime())).StatusCode);
    }

    [Fact]
    public async Task Messages_within_the_limits_pass_and_beyond_them_exhaust_resources()
    {
        await using var server = await Server.StartAsync();
        var three = new Words { Load = ByteString.CopyFrom(new byte[3_000_000]) };
        Assert.Equal(3_000_000, (await server.Client().SayAsync(three).ResponseAsync.InTime()).Number);

        var five = new Words { Load = ByteString.CopyFrom(new byte[5_000_000]) };
        Assert.Equal(StatusCode.ResourceExhausted, (await FailAsync(server.Client(), five)).StatusCode);
        Assert.Equal(StatusCode.ResourceExhausted, (await FailAsync(server.Client(), new Words { Ask = "large", Number = 5_000_000 })).StatusCode);
        Assert.Equal(StatusCode.ResourceExhausted,
            (await FailAsync(server.Client(new GrpcChannelOptions { MaxSendMessageSize = 100 }), new Words { Ask = new string('x', 101) })).StatusCode);

        var wide = server.Client(new GrpcChannelOptions { MaxReceiveMessageSize = null });
        Assert.Equal(5_000_000, (await wide.SayAsync(new Words { Ask = "large", Number = 5_000_000 }).ResponseAsync.InTime()).Load.Length);
    }

    [Fact]
    public async Task The_limits_of_the_server_can_be_set_for_one_service()
    {
        await using var server = await Server.StartAsync(
            o => (o.MaxReceiveMessageSize, o.MaxSendMessageSize) = (10, 10),
            b => b.Services.AddGrpc()
                .AddServiceOptions<TrialService>(o => (o.MaxReceiveMessageSize, o.MaxSendMessageSize) = (null, 6_000_000)));
        var five = new Words { Load = ByteString.CopyFrom(new byte[5_000_000]) };
        var client = server.Client(new GrpcChannelOptions { MaxReceiveMessageSize = null });
        Assert.Equal(5_000_000, (await client.SayAsync(five).ResponseAsync.InTime()).Number);
        Assert.Equal(StatusCode.ResourceExhausted, (await FailAsync(client, new Words { Ask = "large", Number = 7_000_000 })).StatusCode);
    }

    private static Task<RpcException> FailAsync(Trial.V1.Trial.TrialClient client, Words request) =>
        Assert.ThrowsAsync<RpcException>(() => client.SayAsync(request).ResponseAsync.InTime());
}

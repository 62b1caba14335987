using Google.Protobuf;
using Grpc.Core;
using Grpc.Net.Client;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Trial.V1;

namespace Grpc.Tests;

/// <summary>Services can be tried without a socket, on ASP.NET Core's test server.</summary>
public sealed class TestHostTests
{
    [Fact]
    public async Task Calls_work_on_the_test_server()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseTestServer();
        builder.Services.AddGrpc();
        builder.Services.AddSingleton<Seen>();
        await using var app = builder.Build();
        app.MapGrpcService<TrialService>();
        await app.StartAsync(TestContext.Current.CancellationToken);

        using var channel = GrpcChannel.ForAddress("http://localhost", new GrpcChannelOptions { HttpHandler = app.GetTestServer().CreateHandler() });
        var client = new Trial.V1.Trial.TrialClient(channel);
        Assert.Equal("hello", (await client.SayAsync(new Words { Ask = "hello" }).ResponseAsync.InTime()).Ask);

        using var stream = client.Count(new Words { Number = 3, Load = ByteString.CopyFrom(new byte[100_000]) });
        for (var i = 1; i <= 3; i++) Assert.True(await stream.ResponseStream.MoveNext().InTime());
        Assert.False(await stream.ResponseStream.MoveNext().InTime());

        var failed = client.SayAsync(new Words { Ask = "fail" }).ResponseAsync;
        Assert.Equal(StatusCode.FailedPrecondition, (await Assert.ThrowsAsync<RpcException>(() => failed.InTime())).StatusCode);

        var late = client.SayAsync(new Words { Ask = "wait" }, deadline: DateTime.UtcNow.AddSeconds(1)).ResponseAsync;
        Assert.Equal(StatusCode.DeadlineExceeded, (await Assert.ThrowsAsync<RpcException>(() => late.InTime())).StatusCode);
        await app.Services.GetRequiredService<Seen>().Cancelled.InTime();
    }
}

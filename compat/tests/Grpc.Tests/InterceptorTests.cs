using Grpc.Core;
using Grpc.Core.Interceptors;
using Microsoft.Extensions.DependencyInjection;
using Trial.V1;

namespace Grpc.Tests;

public sealed class InterceptorTests
{
    [Fact]
    public async Task On_the_server_they_stand_around_the_service_those_for_all_outermost()
    {
        await using var server = await Server.StartAsync(
            o => o.Interceptors.Add<Marking>("all"),
            b => b.Services.AddGrpc().AddServiceOptions<TrialService>(o => o.Interceptors.Add<Marking>("one")));

        using var unary = server.Client().SayAsync(new Words());
        await unary.ResponseAsync.InTime();
        Assert.Equal(["one", "all"], unary.GetTrailers().GetAll("x-mark").Select(e => e.Value));

        using var stream = server.Client().Count(new Words { Number = 1 });
        Assert.True(await stream.ResponseStream.MoveNext().InTime());
        Assert.False(await stream.ResponseStream.MoveNext().InTime());
        Assert.Equal(["one", "all"], stream.GetTrailers().GetAll("x-mark").Select(e => e.Value));

        using var join = server.Client().Join();
        await join.RequestStream.CompleteAsync();
        await join.ResponseAsync.InTime();
        Assert.Equal(["one", "all"], join.GetTrailers().GetAll("x-mark").Select(e => e.Value));

        using var echo = server.Client().Echo();
        await echo.RequestStream.CompleteAsync();
        Assert.False(await echo.ResponseStream.MoveNext().InTime());
        Assert.Equal(["one", "all"], echo.GetTrailers().GetAll("x-mark").Select(e => e.Value));
    }

    [Fact]
    public async Task On_the_server_one_may_refuse()
    {
        await using var server = await Server.StartAsync(o => o.Interceptors.Add<Refusing>());
        var call = server.Client().SayAsync(new Words()).ResponseAsync;
        Assert.Equal(StatusCode.PermissionDenied, (await Assert.ThrowsAsync<RpcException>(() => call.InTime())).StatusCode);
    }

    [Fact]
    public async Task On_the_client_the_first_sees_the_call_first()
    {
        await using var server = await Server.StartAsync();
        var seen = new List<string>();
        var client = new Trial.V1.Trial.TrialClient(server.Channel().Intercept(new Saying("outer", seen), new Saying("inner", seen)));
        Assert.Equal("innerBEEF", (await client.SayAsync(new Words { Ask = "header" }).ResponseAsync.InTime()).Ask);
        Assert.Equal(["outer", "inner"], seen);
    }

    private sealed class Marking(string mark) : Interceptor
    {
        public override async Task<TResponse> UnaryServerHandler<TRequest, TResponse>(
            TRequest request, ServerCallContext context, UnaryServerMethod<TRequest, TResponse> continuation) =>
            Mark(await continuation(request, context), context);

        public override async Task ServerStreamingServerHandler<TRequest, TResponse>(
            TRequest request, IServerStreamWriter<TResponse> responseStream, ServerCallContext context, ServerStreamingServerMethod<TRequest, TResponse> continuation)
        {
            await continuation(request, responseStream, context);
            Mark(0, context);
        }

        public override async Task<TResponse> ClientStreamingServerHandler<TRequest, TResponse>(
            IAsyncStreamReader<TRequest> requestStream, ServerCallContext context, ClientStreamingServerMethod<TRequest, TResponse> continuation) =>
            Mark(await continuation(requestStream, context), context);

        public override async Task DuplexStreamingServerHandler<TRequest, TResponse>(
            IAsyncStreamReader<TRequest> requestStream,
            IServerStreamWriter<TResponse> responseStream,
            ServerCallContext context,
            DuplexStreamingServerMethod<TRequest, TResponse> continuation)
        {
            await continuation(requestStream, responseStream, context);
            Mark(0, context);
        }

        private T Mark<T>(T value, ServerCallContext context)
        {
            context.ResponseTrailers.Add("x-mark", mark);
            return value;
        }
    }

    private sealed class Refusing : Interceptor
    {
        public override Task<TResponse> UnaryServerHandler<TRequest, TResponse>(
            TRequest request, ServerCallContext context, UnaryServerMethod<TRequest, TResponse> continuation) =>
            throw new RpcException(new Status(StatusCode.PermissionDenied, "no"));
    }

    private sealed class Saying(string name, List<string> seen) : Interceptor
    {
        public override AsyncUnaryCall<TResponse> AsyncUnaryCall<TRequest, TResponse>(
            TRequest request, ClientInterceptorContext<TRequest, TResponse> context, AsyncUnaryCallContinuation<TRequest, TResponse> continuation)
        {
            seen.Add(name);
            var headers = new Metadata { { "x-said", name }, { "x-said-bin", [0xBE, 0xEF] } };
            return continuation(request, new ClientInterceptorContext<TRequest, TResponse>(context.Method, context.Host, context.Options.WithHeaders(headers)));
        }
    }
}

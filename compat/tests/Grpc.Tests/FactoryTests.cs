using System.Diagnostics;
using Grpc.Core;
using Grpc.Core.Interceptors;
using Grpc.Net.ClientFactory;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Trial.V1;

namespace Grpc.Tests;

/// <summary>Clients from <c>AddGrpcClient</c>.</summary>
public sealed class FactoryTests
{
    [Fact]
    public async Task Clients_are_transient_and_share_one_handler_chain_per_name()
    {
        await using var server = await Server.StartAsync();
        var made = 0;
        await using var services = Services(server, http => http.AddHttpMessageHandler(() =>
        {
            made++;
            return new AddressRewriting(server.Address);
        }), address: "http://trial");

        var first = services.GetRequiredService<Trial.V1.Trial.TrialClient>();
        var second = services.GetRequiredService<Trial.V1.Trial.TrialClient>();
        Assert.NotSame(first, second);
        Assert.Equal("a", (await first.SayAsync(new Words { Ask = "a" }).ResponseAsync.InTime()).Ask);
        Assert.Equal("b", (await second.SayAsync(new Words { Ask = "b" }).ResponseAsync.InTime()).Ask);
        Assert.Equal(1, made);
    }

    [Fact]
    public async Task A_handler_may_send_a_unary_call_again()
    {
        await using var server = await Server.StartAsync();
        await using var services = Services(server, http => http.AddHttpMessageHandler(() => new Twice()));
        Assert.Equal("a", (await services.GetRequiredService<Trial.V1.Trial.TrialClient>().SayAsync(new Words { Ask = "a" }).ResponseAsync.InTime()).Ask);
    }

    [Fact]
    public async Task A_client_can_be_had_by_name()
    {
        await using var server = await Server.StartAsync();
        var collection = new ServiceCollection();
        collection.AddGrpcClient<Trial.V1.Trial.TrialClient>("one", o => o.Address = new Uri(server.Address));
        collection.AddGrpcClient<Trial.V1.Trial.TrialClient>("two", (_, o) => o.Address = new Uri(server.Address));
        await using var services = collection.BuildServiceProvider();
        var factory = services.GetRequiredService<GrpcClientFactory>();
        Assert.Equal("a", (await factory.CreateClient<Trial.V1.Trial.TrialClient>("one").SayAsync(new Words { Ask = "a" }).ResponseAsync.InTime()).Ask);
        Assert.Equal("b", (await factory.CreateClient<Trial.V1.Trial.TrialClient>("two").SayAsync(new Words { Ask = "b" }).ResponseAsync.InTime()).Ask);
        Assert.Throws<InvalidOperationException>(() => factory.CreateClient<Trial.V1.Trial.TrialClient>("three"));
        Assert.Throws<InvalidOperationException>(() => factory.CreateClient<Nobody.NobodyClient>("one"));
    }

    [Fact]
    public void Two_client_types_do_not_share_a_name()
    {
        var services = new ServiceCollection();
        services.AddGrpcClient<Trial.V1.Trial.TrialClient>("x");
        Assert.Throws<InvalidOperationException>(() => services.AddGrpcClient<Nobody.NobodyClient>("x"));
    }

    [Fact]
    public void A_client_without_an_address_or_with_a_scheme_that_is_not_http_is_refused()
    {
        using var services = new ServiceCollection().AddGrpcClient<Trial.V1.Trial.TrialClient>().Services.BuildServiceProvider();
        Assert.Throws<InvalidOperationException>(services.GetRequiredService<Trial.V1.Trial.TrialClient>);
        Assert.Throws<InvalidOperationException>(() => Net.Client.GrpcChannel.ForAddress("https+http://orders"));
    }

    [Fact]
    public async Task Base_address_and_default_headers_of_the_http_client_count()
    {
        await using var server = await Server.StartAsync();
        var collection = new ServiceCollection();
        collection.AddGrpcClient<Trial.V1.Trial.TrialClient>().ConfigureHttpClient(http =>
        {
            http.BaseAddress = new Uri(server.Address);
            http.DefaultRequestHeaders.Add("X-Said", "default");
        });
        await using var services = collection.BuildServiceProvider();
        var client = services.GetRequiredService<Trial.V1.Trial.TrialClient>();
        Assert.Equal("default", (await client.SayAsync(new Words { Ask = "header" }).ResponseAsync.InTime()).Ask);
        Assert.Equal("own", (await client.SayAsync(new Words { Ask = "header" }, new Metadata { { "x-said", "own" } }).ResponseAsync.InTime()).Ask);
    }

    [Fact]
    public async Task Call_credentials_are_sent_without_tls_only_where_that_is_allowed()
    {
        await using var server = await Server.StartAsync();
        AuthInterceptorContext? asked = null;
        Action<IHttpClientBuilder> credentials = http => http.AddCallCredentials((context, metadata) =>
        {
            asked = context;
            metadata.Add("x-said", "token");
            return Task.CompletedTask;
        });

        await using var refused = Services(server, credentials);
        Assert.Throws<InvalidOperationException>(refused.GetRequiredService<Trial.V1.Trial.TrialClient>);

        await using var allowed = Services(server, http =>
        {
            credentials(http);
            http.ConfigureChannel(o => o.UnsafeUseInsecureChannelCallCredentials = true);
        });
        var client = allowed.GetRequiredService<Trial.V1.Trial.TrialClient>();
        Assert.Equal("token", (await client.SayAsync(new Words { Ask = "header" }).ResponseAsync.InTime()).Ask);
        Assert.Equal(($"{server.Address}/trial.v1.Trial", "Say"), (asked!.ServiceUrl, asked.MethodName));

        // Credentials of a single call go nowhere without that permission.
        var own = CallCredentials.FromInterceptor((_, metadata) =>
        {
            metadata.Add("x-said", "own");
            return Task.CompletedTask;
        });
        Assert.Equal("", (await server.Client().SayAsync(new Words { Ask = "header" }, new CallOptions(credentials: own)).ResponseAsync.InTime()).Ask);
    }

    [Fact]
    public async Task Interceptors_come_from_the_services_once_per_channel_or_per_client()
    {
        await using var server = await Server.StartAsync();
        await using var services = Services(server, http =>
        {
            http.Services.AddTransient<Counting>();
            http.AddInterceptor<Counting>();
            http.AddInterceptor<Counting>(InterceptorScope.Client);
        });
        Counting.Made = 0;
        services.GetRequiredService<Trial.V1.Trial.TrialClient>();
        Assert.Equal(2, Counting.Made);
        await services.GetRequiredService<Trial.V1.Trial.TrialClient>().SayAsync(new Words()).ResponseAsync.InTime();
        Assert.Equal(3, Counting.Made);
    }

    [Fact]
    public async Task A_call_made_within_a_call_has_its_deadline_and_trace()
    {
        await using var server = await Server.StartAsync();
        await using var relay = await Server.StartAsync(
            configure: builder =>
            {
                builder.Services.AddGrpcClient<Trial.V1.Trial.TrialClient>(o => o.Address = new Uri(server.Address)).EnableCallContextPropagation();
            },
            map: app => app.MapGrpcService<RelayService>());
        var client = new Relay.RelayClient(relay.Channel());

        var deadline = DateTime.UtcNow.AddMinutes(3);
        await client.SayAsync(new Words { Ask = "deadline" }, deadline: deadline).ResponseAsync.InTime();
        Assert.InRange(server.Seen.Deadline!.Value, deadline.AddSeconds(-2), deadline.AddSeconds(2));

        using var cancel = new CancellationTokenSource(TimeSpan.FromSeconds(1));
        var call = client.SayAsync(new Words { Ask = "wait" }, cancellationToken: cancel.Token).ResponseAsync;
        await Assert.ThrowsAsync<RpcException>(() => call.InTime());
        await server.Seen.Cancelled.InTime();
    }

    [Fact]
    public async Task Outside_of_a_call_there_is_nothing_to_hand_on()
    {
        await using var server = await Server.StartAsync();
        await using var strict = Services(server, http => http.EnableCallContextPropagation());
        Assert.Throws<InvalidOperationException>(() => strict.GetRequiredService<Trial.V1.Trial.TrialClient>().SayAsync(new Words()));

        await using var lenient = Services(server, http => http.EnableCallContextPropagation(o => o.SuppressContextNotFoundErrors = true));
        await lenient.GetRequiredService<Trial.V1.Trial.TrialClient>().SayAsync(new Words()).ResponseAsync.InTime();
    }

    [Fact]
    public async Task The_trace_goes_along()
    {
        await using var server = await Server.StartAsync(o => o.Interceptors.Add<Tracing>());
        using var activity = new Activity("test").SetIdFormat(ActivityIdFormat.W3C).Start();
        using var call = server.Client().SayAsync(new Words());
        await call.ResponseAsync.InTime();
        Assert.Contains(activity.TraceId.ToHexString(), call.GetTrailers().GetValue("x-trace"), StringComparison.Ordinal);
    }

    private static ServiceProvider Services(Server server, Action<IHttpClientBuilder> configure, string? address = null)
    {
        var services = new ServiceCollection();
        configure(services.AddGrpcClient<Trial.V1.Trial.TrialClient>(o => o.Address = new Uri(address ?? server.Address)));
        return services.BuildServiceProvider();
    }

    private sealed class RelayService(Trial.V1.Trial.TrialClient client) : Relay.RelayBase
    {
        public override async Task<Words> Say(Words request, ServerCallContext context) => await client.SayAsync(request);
    }

    /// <summary>What service discovery does.</summary>
    private sealed class AddressRewriting(string address) : DelegatingHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            Assert.Equal("trial", request.RequestUri!.Host);
            request.RequestUri = new Uri(new Uri(address), request.RequestUri.PathAndQuery);
            return base.SendAsync(request, cancellationToken);
        }
    }

    /// <summary>What a retry does.</summary>
    private sealed class Twice : DelegatingHandler
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            (await base.SendAsync(request, cancellationToken)).Dispose();
            return await base.SendAsync(request, cancellationToken);
        }
    }

    private sealed class Counting : Interceptor
    {
        public Counting() => Made++;

        public static int Made { get; set; }
    }

    private sealed class Tracing : Interceptor
    {
        public override Task<TResponse> UnaryServerHandler<TRequest, TResponse>(
            TRequest request, ServerCallContext context, UnaryServerMethod<TRequest, TResponse> continuation)
        {
            context.ResponseTrailers.Add("x-trace", context.GetHttpContext().Request.Headers.TraceParent.ToString());
            return continuation(request, context);
        }
    }
}

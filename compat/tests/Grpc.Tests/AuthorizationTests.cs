using System.Security.Claims;
using System.Text.Encodings.Web;
using Grpc.AspNetCore.Server;
using Grpc.Core;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Trial.V1;

namespace Grpc.Tests;

public sealed class AuthorizationTests
{
    [Fact]
    public async Task The_attributes_of_class_and_method_count()
    {
        await using var server = await StartAsync(app => app.MapGrpcService<GuardedService>());
        var client = new Guarded.GuardedClient(server.Channel());
        Assert.Equal(StatusCode.Unauthenticated, await CodeAsync(client.SayAsync(new Words())));
        Assert.Equal(StatusCode.OK, await CodeAsync(client.OpenAsync(new Words())));
        Assert.Equal("ana", (await client.SayAsync(new Words(), new Metadata { { "x-user", "ana" } }).ResponseAsync.InTime()).Ask);
    }

    [Fact]
    public async Task RequireAuthorization_counts_also_for_methods_that_there_are_not()
    {
        await using var server = await StartAsync(app => app.MapGrpcService<TrialService>().RequireAuthorization(p => p.RequireUserName("ana")));
        var client = server.Client();
        Assert.Equal(StatusCode.Unauthenticated, await CodeAsync(client.SayAsync(new Words())));
        Assert.Equal(StatusCode.PermissionDenied, await CodeAsync(client.SayAsync(new Words(), new Metadata { { "x-user", "ben" } })));
        Assert.Equal(StatusCode.OK, await CodeAsync(client.SayAsync(new Words(), new Metadata { { "x-user", "ana" } })));
        Assert.Equal(System.Net.HttpStatusCode.Unauthorized, (await Raw.PostAsync(server, "/trial.v1.Trial/Sing", Raw.Frame([]))).Http);
    }

    [Fact]
    public async Task An_endpoint_knows_its_method()
    {
        EndpointDataSource? endpoints = null;
        await using var server = await StartAsync(app =>
        {
            app.MapGrpcService<GuardedService>();
            endpoints = ((IEndpointRouteBuilder)app).DataSources.First();
        });
        var metadata = endpoints!.Endpoints.Select(e => e.Metadata.GetMetadata<GrpcMethodMetadata>()).OfType<GrpcMethodMetadata>();
        Assert.Equal(["/trial.v1.Guarded/Say", "/trial.v1.Guarded/Open"], metadata.Select(m => m.Method.FullName));
        Assert.All(metadata, m => Assert.Equal(typeof(GuardedService), m.ServiceType));
    }

    [Fact]
    public void Without_AddGrpc_nothing_is_mapped()
    {
        using var app = (IDisposable)WebApplication.CreateSlimBuilder().Build();
        Assert.Throws<InvalidOperationException>(() => ((WebApplication)app).MapGrpcService<TrialService>());
    }

    private static Task<Server> StartAsync(Action<WebApplication> map) => Server.StartAsync(
        configure: builder =>
        {
            builder.Services.AddAuthentication("test").AddScheme<AuthenticationSchemeOptions, ByHeader>("test", null);
            builder.Services.AddAuthorization();
        },
        map: map);

    private static async Task<StatusCode> CodeAsync(AsyncUnaryCall<Words> call)
    {
        try
        {
            await call.ResponseAsync.InTime();
            return StatusCode.OK;
        }
        catch (RpcException error)
        {
            return error.StatusCode;
        }
    }

    private sealed class ByHeader(IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory loggers, UrlEncoder encoder)
        : AuthenticationHandler<AuthenticationSchemeOptions>(options, loggers, encoder)
    {
        protected override Task<AuthenticateResult> HandleAuthenticateAsync()
        {
            if (Request.Headers["x-user"].FirstOrDefault() is not { } name) return Task.FromResult(AuthenticateResult.NoResult());
            var user = new ClaimsPrincipal(new ClaimsIdentity([new Claim(ClaimTypes.Name, name)], "test"));
            return Task.FromResult(AuthenticateResult.Success(new AuthenticationTicket(user, "test")));
        }
    }

    /// <summary>Wants users.</summary>
    [Authorize]
    private sealed class GuardedService : Guarded.GuardedBase
    {
        public override Task<Words> Say(Words request, ServerCallContext context) =>
            Task.FromResult(new Words { Ask = context.GetHttpContext().User.Identity!.Name });

        [AllowAnonymous]
        public override Task<Words> Open(Words request, ServerCallContext context) => Task.FromResult(request);
    }
}

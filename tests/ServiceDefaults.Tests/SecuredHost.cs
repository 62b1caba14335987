using System.Net;
using System.Net.Http.Headers;
using Grpc.Core;
using Grpc.Net.Client;
using Meetings.Contracts.Meetings.V1;
using Meetings.ServiceDefaults.Grpc;
using Meetings.ServiceDefaults.Http;
using Meetings.ServiceDefaults.Security;
using Meetings.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Meetings.ServiceDefaults.Tests;

/// <summary>A service with one route for people and one gRPC method for services, on real ports.</summary>
internal sealed class SecuredHost : IAsyncDisposable
{
    private readonly WebApplication _app;

    private SecuredHost(WebApplication app, IReadOnlyList<string> addresses) =>
        (_app, Rest, Grpc) = (app, new Uri(addresses[0]), new Uri(addresses[1]));

    public Uri Rest { get; }

    public Uri Grpc { get; }

    public IServiceProvider Services => _app.Services;

    /// <param name="services">What is otherwise than deployed.</param>
    public static async Task<SecuredHost> StartAsync(
        string environment = "Development", IReadOnlyDictionary<string, string?>? settings = null, Action<IServiceCollection>? services = null)
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { EnvironmentName = environment });
        builder.Configuration.AddInMemoryCollection(settings ?? TestTokens.Settings);
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.Listen(IPAddress.Loopback, 0);
            kestrel.Listen(IPAddress.Loopback, 0, endpoint => endpoint.Protocols = HttpProtocols.Http2);
        });
        builder.AddServiceDefaults();
        builder.AddCallerAuthentication();
        builder.AddInternalGrpc();
        services?.Invoke(builder.Services);
        var app = builder.Build();
        app.UseProblems();
        app.UseAuthentication();
        app.UseAuthorization();
        app.MapDefaultEndpoints();
        app.MapGet("/me", (Caller caller) => TypedResults.Ok(caller));
        app.MapInternalGrpc<Directory>();
        await app.StartAsync(TestContext.Current.CancellationToken);
        return new SecuredHost(app, [.. app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses]);
    }

    public async Task<HttpResponseMessage> GetAsync(string path, string? token)
    {
        using var http = new HttpClient { BaseAddress = Rest };
        if (token is not null) http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        return await http.GetAsync(new Uri(path, UriKind.Relative), TestContext.Current.CancellationToken);
    }

    /// <summary>A client as a sibling service has it.</summary>
    public MeetingDirectory.MeetingDirectoryClient Sibling(string name = "attendance")
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { ApplicationName = name, EnvironmentName = Environments.Development });
        builder.Configuration.AddInMemoryCollection(TestTokens.Settings);
        builder.Configuration["services:meeting:grpc:0"] = Grpc.ToString();
        builder.Logging.ClearProviders();
        builder.AddServiceDefaults();
        builder.AddCallerAuthentication();
        builder.AddInternalGrpcClient<MeetingDirectory.MeetingDirectoryClient>("meeting");
        return builder.Build().Services.GetRequiredService<MeetingDirectory.MeetingDirectoryClient>();
    }

    /// <summary>A client of somebody else.</summary>
    public MeetingDirectory.MeetingDirectoryClient Stranger() => new(GrpcChannel.ForAddress(Grpc));

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync(CancellationToken.None);
        await _app.DisposeAsync();
    }

    private sealed class Directory : MeetingDirectory.MeetingDirectoryBase
    {
        public override Task<Contracts.Meetings.V1.Meeting> FindMeeting(FindMeetingRequest request, ServerCallContext context) =>
            Task.FromResult(new Contracts.Meetings.V1.Meeting { MeetingId = request.MeetingId, Title = context.GetHttpContext().User.Identity?.Name ?? "" });
    }
}

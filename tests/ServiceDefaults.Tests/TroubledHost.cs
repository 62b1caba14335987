using System.Diagnostics;
using System.Net;
using Grpc.Core;
using Grpc.Net.Client;
using Meetings.Contracts.Meetings.V1;
using Meetings.ServiceDefaults.Data;
using Meetings.ServiceDefaults.Grpc;
using Meetings.ServiceDefaults.Http;
using Meetings.ServiceDefaults.Messaging;
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
using Npgsql;

namespace Meetings.ServiceDefaults.Tests;

/// <summary>A service that does nothing but ask its database, which can be taken away: over HTTP and gRPC, on real ports.</summary>
internal sealed class TroubledHost : IAsyncDisposable
{
    private const int Connections = 2;

    private readonly string _name = $"trouble_{Guid.NewGuid():n}";
    private WebApplication _app = null!;
    private HttpClient _http = null!;
    private GrpcChannel _channel = null!;

    public DatabaseProxy Proxy { get; private set; } = null!;

    public Database Database => _app.Services.GetRequiredService<Database>();

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public static async Task<TroubledHost> StartAsync()
    {
        var host = new TroubledHost();
        host.Proxy = DatabaseProxy.For(await Servers.CreateDatabaseAsync(host._name));
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { EnvironmentName = Environments.Development });
        builder.Configuration.AddInMemoryCollection(TestTokens.Settings);
        builder.Configuration["ConnectionStrings:trouble"] = host.Proxy.ConnectionString;
        builder.Configuration["ConnectionStrings:rabbitmq"] = await Servers.CreateVhostAsync(host._name);
        builder.Configuration["Database:MaxPoolSize"] = $"{Connections}";
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.Listen(IPAddress.Loopback, 0);
            kestrel.Listen(IPAddress.Loopback, 0, endpoint => endpoint.Protocols = HttpProtocols.Http2);
        });
        builder.AddServiceDefaults();
        builder.AddCallerAuthentication();
        builder.AddDatabase("trouble", typeof(TroubledHost).Assembly);
        builder.AddMessaging("trouble");
        // The relay of the outbox would take connections that these tests count.
        foreach (var relay in builder.Services.Where(service => service.ImplementationType?.Namespace == typeof(OutboxMessage).Namespace && service.ServiceType == typeof(IHostedService)).ToList())
            builder.Services.Remove(relay);
        builder.AddInternalGrpc();
        var app = host._app = builder.Build();
        app.UseProblems();
        app.UseAuthentication();
        app.UseAuthorization();
        app.MapGet("/ask", (string sql, Database db, CancellationToken ct) => AskAsync(db, sql, ct)).AllowAnonymous();
        app.MapGet("/full", void () => throw new GroupCommitFullException()).AllowAnonymous();
        app.MapInternalGrpc<Directory>();
        await app.StartAsync(Ct);
        var addresses = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Select(address => new Uri(address)).ToList();
        host._http = new HttpClient { BaseAddress = addresses[0] };
        host._channel = GrpcChannel.ForAddress(addresses[1]);
        return host;
    }

    /// <summary>Lets the service say this to its database over HTTP.</summary>
    public async Task<(HttpResponseMessage Answer, TimeSpan Took)> AskAsync(string sql = "select 1", string path = "/ask")
    {
        var waited = Stopwatch.StartNew();
        return (await _http.GetAsync(new Uri($"{path}?sql={Uri.EscapeDataString(sql)}", UriKind.Relative), Ct), waited.Elapsed);
    }

    /// <summary>The same over gRPC, as a sibling.</summary>
    public async Task<(StatusCode Answer, TimeSpan Took)> AskAsSiblingAsync(string sql = "select 1")
    {
        var waited = Stopwatch.StartNew();
        var headers = new Metadata { { "authorization", $"Bearer {TestTokens.ForService()}" } };
        try
        {
            await new MeetingDirectory.MeetingDirectoryClient(_channel).FindMeetingAsync(new FindMeetingRequest { MeetingId = sql }, headers, cancellationToken: Ct);
            return (StatusCode.OK, waited.Elapsed);
        }
        catch (RpcException e)
        {
            return (e.StatusCode, waited.Elapsed);
        }
    }

    /// <summary>Past the service, as the administrator of its database.</summary>
    public async Task AdministerAsync(string sql)
    {
        await using var admin = NpgsqlDataSource.Create(Servers.Postgres);
        await using var command = admin.CreateCommand(sql.Replace("$database", $"\"{_name}\"", StringComparison.Ordinal).Replace("$name", $"'{_name}'", StringComparison.Ordinal));
        await command.ExecuteNonQueryAsync(Ct);
    }

    public Task CutConnectionsAsync() => AdministerAsync("select pg_terminate_backend(pid) from pg_stat_activity where datname = $name");

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        _channel.Dispose();
        await _app.StopAsync(CancellationToken.None);
        await _app.DisposeAsync();
        await Proxy.DisposeAsync();
        await Servers.DropVhostAsync(_name);
        await Servers.DropDatabaseAsync(_name);
    }

    private static async Task<IResult> AskAsync(Database db, string sql, CancellationToken ct)
    {
        await using var session = await db.BeginAsServiceAsync(ct);
        await session.ExecuteAsync(sql, null, ct);
        await session.CommitAsync(ct);
        return TypedResults.NoContent();
    }

    private sealed class Directory(Database db) : MeetingDirectory.MeetingDirectoryBase
    {
        public override async Task<Contracts.Meetings.V1.Meeting> FindMeeting(FindMeetingRequest request, ServerCallContext context)
        {
            await AskAsync(db, request.MeetingId, context.CancellationToken);
            return new Contracts.Meetings.V1.Meeting();
        }
    }
}

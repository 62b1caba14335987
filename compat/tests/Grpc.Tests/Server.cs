using Grpc.AspNetCore.Server;
using Grpc.Net.Client;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Grpc.Tests;

/// <summary>A server of ours on a free port of loopback, HTTP/2 without TLS.</summary>
internal sealed class Server : IAsyncDisposable
{
    private readonly WebApplication _app;

    private Server(WebApplication app) => _app = app;

    public string Address => _app.Urls.Single();

    public Seen Seen => _app.Services.GetRequiredService<Seen>();

    public static async Task<Server> StartAsync(
        Action<GrpcServiceOptions>? options = null,
        Action<WebApplicationBuilder>? configure = null,
        Action<WebApplication>? map = null,
        HttpProtocols protocols = HttpProtocols.Http2)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0").ConfigureKestrel(kestrel => kestrel.ConfigureEndpointDefaults(e => e.Protocols = protocols));
        builder.Services.AddGrpc(options ?? (_ => { }));
        builder.Services.AddSingleton<Seen>();
        configure?.Invoke(builder);

        var app = builder.Build();
        if (map is null) app.MapGrpcService<TrialService>();
        else map(app);
        await app.StartAsync(TestContext.Current.CancellationToken);
        return new Server(app);
    }

    public GrpcChannel Channel(GrpcChannelOptions? options = null) => GrpcChannel.ForAddress(Address, options ?? new GrpcChannelOptions());

    public Trial.V1.Trial.TrialClient Client(GrpcChannelOptions? options = null) => new(Channel(options));

    public Task StopAsync(CancellationToken patience) => _app.StopAsync(patience);

    public ValueTask DisposeAsync() => _app.DisposeAsync();
}

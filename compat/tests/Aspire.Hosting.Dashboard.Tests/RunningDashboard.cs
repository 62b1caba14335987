using System.Net.Sockets;
using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Aspire.Hosting.Dashboard.Tests;

/// <summary>The dashboard alone, on a free port, over a model in which nothing is started.</summary>
internal sealed class RunningDashboard : IAsyncDisposable
{
    public const string Token = "0123456789abcdef0123456789abcdef";

    private readonly DistributedApplication _model;
    private readonly DashboardServer _server;

    private RunningDashboard(DistributedApplication model, DashboardServer server) => (_model, _server) = (model, server);

    public string Address => _server.Listening;

    public ResourceNotificationService Notifications => _model.ResourceNotifications;

    public ResourceLoggerService Logs => _model.Services.GetRequiredService<ResourceLoggerService>();

    public IResource Api { get; private init; } = null!;

    public static async Task<RunningDashboard> StartAsync(string host = "127.0.0.1", Action<IResourceBuilder<ExecutableResource>>? configure = null)
    {
        using var probe = new TcpListener(System.Net.IPAddress.Loopback, 0);
        probe.Start();
        var port = ((System.Net.IPEndPoint)probe.LocalEndpoint).Port;
        probe.Stop();

        var builder = DistributedApplication.CreateBuilder([]);
        builder.Configuration["ASPNETCORE_URLS"] = $"http://{host}:{port}";
        builder.Configuration["ASPIRE_DASHBOARD_FRONTEND_BROWSERTOKEN"] = Token;
        var api = builder.AddExecutable("api", "sleep", ".", "1");
        configure?.Invoke(api);
        var model = builder.Build();
        var server = ActivatorUtilities.CreateInstance<DashboardServer>(model.Services);
        await server.StartAsync(TestContext.Current.CancellationToken);
        return new RunningDashboard(model, server) { Api = api.Resource };
    }

    /// <summary>A client that does not follow redirects and keeps cookies, as a browser's address bar shows them.</summary>
    public HttpClient Browser() => new(new HttpClientHandler { AllowAutoRedirect = false }) { BaseAddress = new Uri(Address) };

    public async Task<HttpClient> LoggedInAsync()
    {
        var browser = Browser();
        await browser.GetAsync(new Uri($"/login?t={Token}", UriKind.Relative), TestContext.Current.CancellationToken);
        return browser;
    }

    public async ValueTask DisposeAsync()
    {
        await _server.StopAsync(CancellationToken.None);
        await _model.DisposeAsync();
    }
}

using System.Net;
using Aspire.Hosting.ApplicationModel;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Aspire.Hosting.Dashboard;

/// <summary>
/// The dashboard: resources with their state, health and endpoints, and their console logs. An admin's surface, so it listens on loopback only
/// and lets in who brings the token that the console shows.
/// </summary>
internal sealed partial class DashboardServer(
    IConfiguration configuration, ResourceNotificationService notifications, ResourceLoggerService logs, ResourceCommandService commands,
    TimeProvider clock, ILogger<DashboardServer> logger) : IHostedService
{
    private WebApplication? _app;

    /// <summary>Where it is, once it is started.</summary>
    public string Listening => _app?.Urls.First() ?? throw new InvalidOperationException("The dashboard is not started.");

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        var address = Address(configuration["ASPNETCORE_URLS"] ?? configuration["urls"] ?? "http://localhost:18888");
        var access = DashboardAccess.From(configuration);

        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { EnvironmentName = Environments.Production, Args = [] });
        // The app host's environment speaks of the app host: its addresses and settings are not this server's.
        builder.Configuration.Sources.Clear();
        builder.Configuration.AddInMemoryCollection();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls(address.ToString());
        builder.Services.AddSingleton(access);
        _app = builder.Build();
        _app.Use(access.ScreenAsync);
        _app.MapGet("/health", () => Results.Text("Healthy"));
        _app.MapLogin(access);
        _app.MapPages();
        _app.MapApi(new DashboardApi(notifications, logs, commands, clock));
        await _app.StartAsync(cancellationToken);

        var listening = Listening;
        LogListening(listening);
        if (access.Token is null) return;
        var login = $"{listening}/login?t={access.Token}";
        LogLogin(login);
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        if (_app is null) return;

        // Open streams would hold the stop up: nobody is told anything more anyway.
        using var hurry = new CancellationTokenSource(TimeSpan.FromSeconds(1));
        await _app.StopAsync(hurry.Token);
        await _app.DisposeAsync();
    }

    private static Uri Address(string urls)
    {
        var address = new Uri(urls.Split(';')[0]);
        var isLoopback = string.Equals(address.Host, "localhost", StringComparison.OrdinalIgnoreCase) || (IPAddress.TryParse(address.Host, out var ip) && IPAddress.IsLoopback(ip));
        return isLoopback
            ? address
            : throw new DistributedApplicationException($"The dashboard's address '{address}' is not a loopback address. It shows secrets and stops services: it stays on this machine.");
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Now listening on: {Address}")]
    private partial void LogListening(string address);

    [LoggerMessage(Level = LogLevel.Information, Message = "Login to the dashboard at {Url}")]
    private partial void LogLogin(string url);
}

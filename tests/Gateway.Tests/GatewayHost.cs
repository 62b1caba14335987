using Meetings.Testing;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Meetings.Gateway.Tests;

/// <summary>The real gateway on a free port, with the settings of one test.</summary>
public sealed class GatewayHost : WebApplicationFactory<Program>
{
    private readonly string _environment;
    private readonly IReadOnlyDictionary<string, string?> _settings;

    private GatewayHost(string environment, IReadOnlyDictionary<string, string?> settings)
    {
        (_environment, _settings) = (environment, settings);
        UseKestrel(0);
    }

    public Uri Address => new(Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single());

    public static async Task<GatewayHost> StartAsync(IReadOnlyDictionary<string, string?> settings, string environment = "Development")
    {
        var host = new GatewayHost(environment, settings);
        // Blocks until it listens.
        await Task.Run(host.StartServer);
        return host;
    }

    protected override void ConfigureWebHost(IWebHostBuilder builder)
    {
        builder.UseEnvironment(_environment).ConfigureLogging(logging => logging.ClearProviders());
        foreach (var (key, value) in TestTokens.Settings.Concat(_settings)) builder.UseSetting(key, value);
    }
}

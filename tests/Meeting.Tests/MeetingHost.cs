using Meetings.Testing;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Meetings.Meeting.Tests;

/// <summary>One replica: the real Program on real sockets, on free ports.</summary>
internal sealed class MeetingHost : WebApplicationFactory<Program>
{
    private readonly IReadOnlyDictionary<string, string> _settings;

    private readonly Action<IServiceCollection>? _services;

    public MeetingHost(IReadOnlyDictionary<string, string> settings, Action<IServiceCollection>? services = null)
    {
        (_settings, _services) = (settings, services);
        UseKestrel();
    }

    // Kestrel listens to its configured endpoints in the order of their names.
    public Uri Grpc => Address(0);

    public Uri Rest => Address(1);

    protected override void ConfigureWebHost(IWebHostBuilder builder)
    {
        builder.UseEnvironment("Development")
            .ConfigureLogging(logging => logging.ClearProviders())
            .UseSetting("Kestrel:Endpoints:http:Url", "http://127.0.0.1:0")
            .UseSetting("Kestrel:Endpoints:grpc:Url", "http://127.0.0.1:0");
        foreach (var (key, value) in TestTokens.Settings) builder.UseSetting(key, value);
        foreach (var (key, value) in _settings) builder.UseSetting(key, value);
        if (_services is not null) builder.ConfigureServices(_services);
    }

    private Uri Address(int index) =>
        new(Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.ElementAt(index));
}

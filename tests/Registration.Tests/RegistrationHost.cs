using Meetings.Testing;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Meetings.Registration.Tests;

/// <summary>One replica: the real Program on real sockets, on free ports.</summary>
public sealed class RegistrationHost : WebApplicationFactory<Program>
{
    private readonly string _database;
    private readonly string _broker;
    private readonly string _meetings;
    private readonly string _environment;

    /// <param name="meetings">Where the Meeting service is; nowhere by default.</param>
    public RegistrationHost(string database, string broker, string meetings = "http://127.0.0.1:9", string environment = "Development")
    {
        (_database, _broker, _meetings, _environment) = (database, broker, meetings, environment);
        UseKestrel();
    }

    // Kestrel listens to its configured endpoints in the order of their names.
    public Uri Grpc => Address(0);

    public Uri Rest => Address(1);

    protected override void ConfigureWebHost(IWebHostBuilder builder)
    {
        builder.UseEnvironment(_environment)
            .ConfigureLogging(logging => logging.ClearProviders())
            .UseSetting("ConnectionStrings:registration", _database)
            .UseSetting("ConnectionStrings:rabbitmq", _broker)
            .UseSetting("services:meeting:grpc:0", _meetings)
            .UseSetting("Registrants:LookEvery", "00:00:00.050")
            .UseSetting("Kestrel:Endpoints:http:Url", "http://127.0.0.1:0")
            .UseSetting("Kestrel:Endpoints:grpc:Url", "http://127.0.0.1:0");
        foreach (var (key, value) in TestTokens.Settings) builder.UseSetting(key, value);
        if (_environment != "Development") builder.UseSetting("Auth:Authority", "https://issuer.example");
    }

    private Uri Address(int index) =>
        new(Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.ElementAt(index));
}

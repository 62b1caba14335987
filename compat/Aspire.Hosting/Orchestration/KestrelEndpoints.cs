using System.Net.Sockets;
using Aspire.Hosting.ApplicationModel;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;

namespace Aspire.Hosting.Orchestration;

/// <summary>Endpoints from <c>Kestrel:Endpoints</c> of a project's settings; Kestrel ignores ASPNETCORE_URLS where it has them.</summary>
internal static class KestrelEndpoints
{
    public static IReadOnlyList<EndpointAnnotation> Of(IProjectMetadata metadata, KeyValuePair<string, LaunchProfile>? profile)
    {
        var kestrel = Settings(Path.GetDirectoryName(metadata.ProjectPath)!, EnvironmentOf(profile)).GetSection("Kestrel");
        var defaults = kestrel["EndpointDefaults:Protocols"];
        var configured = kestrel.GetSection("Endpoints").GetChildren().Where(e => e["Url"] is { Length: > 0 })
            .Select(e => (Name: e.Key, Address: BindingAddress.Parse(e["Url"]!), Protocols: e["Protocols"] ?? defaults)).ToList();
        return [.. configured.Select(e => new EndpointAnnotation(
            ProtocolType.Tcp,
            uriScheme: e.Address.Scheme,
            transport: string.Equals(e.Protocols, "Http2", StringComparison.OrdinalIgnoreCase) ? "http2" : "http",
            name: configured.Count(o => o.Address.Scheme == e.Address.Scheme) == 1 ? e.Address.Scheme : e.Name,
            port: e.Address.Port)
        {
            FromKestrel = true,
            TargetHost = e.Address.Host,
        })];
    }

    private static string EnvironmentOf(KeyValuePair<string, LaunchProfile>? profile)
    {
        var variables = profile?.Value.EnvironmentVariables;
        return variables?.GetValueOrDefault("ASPNETCORE_ENVIRONMENT") ?? variables?.GetValueOrDefault("DOTNET_ENVIRONMENT") ?? "Production";
    }

    private static IConfigurationRoot Settings(string directory, string environment) => new ConfigurationBuilder()
        .AddJsonFile(Path.Combine(directory, "appsettings.json"), optional: true, reloadOnChange: false)
        .AddJsonFile(Path.Combine(directory, $"appsettings.{environment}.json"), optional: true, reloadOnChange: false)
        .Build();
}

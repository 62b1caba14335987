using System.Net.Sockets;
using System.Text.Json;
using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.Configuration;

namespace Aspire.Hosting.Orchestration;

/// <summary>What a project's <c>Properties/launchSettings.json</c> says about how it wants to be started.</summary>
internal static class LaunchProfiles
{
    private static readonly JsonSerializerOptions Lenient = new() { AllowTrailingCommas = true, ReadCommentHandling = JsonCommentHandling.Skip };

    public static LaunchSettings? Of(IProjectMetadata metadata)
    {
        if (metadata.LaunchSettings is { } given) return given;
        var file = Path.Combine(Path.GetDirectoryName(metadata.ProjectPath)!, "Properties", "launchSettings.json");
        return File.Exists(file) ? JsonSerializer.Deserialize<LaunchSettings>(File.ReadAllText(file), Lenient) : null;
    }

    /// <summary>The named profile; else the AppHost's own when the project has one of that name; else its first that starts something.</summary>
    public static KeyValuePair<string, LaunchProfile>? Choose(IProjectMetadata metadata, ProjectResourceOptions options, IConfiguration configuration)
    {
        if (options.ExcludeLaunchProfile) return null;
        var profiles = Of(metadata)?.Profiles;
        if (options.LaunchProfileName is { } name)
        {
            return profiles?.TryGetValue(name, out var named) == true
                ? new(name, named)
                : throw new DistributedApplicationException($"Launch settings file of '{metadata.ProjectPath}' does not contain a profile named '{name}'.");
        }

        var inherited = configuration["AppHost:DefaultLaunchProfileName"] ?? configuration["DOTNET_LAUNCH_PROFILE"];
        if (inherited is not null && profiles?.TryGetValue(inherited, out var shared) == true) return new(inherited, shared);
        return profiles?.Where(p => p.Value.CommandName is "Project" or "Executable").Select(p => (KeyValuePair<string, LaunchProfile>?)p).FirstOrDefault();
    }

    /// <summary>Endpoints named after their schemes: http, https, and http2 for a second http.</summary>
    public static IReadOnlyList<EndpointAnnotation> Endpoints(KeyValuePair<string, LaunchProfile>? profile)
    {
        var endpoints = new List<EndpointAnnotation>();
        var urls = profile?.Value.ApplicationUrl?.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries) ?? [];
        foreach (var url in urls)
        {
            var uri = new Uri(url.Replace("*", "localhost", StringComparison.Ordinal).Replace("+", "localhost", StringComparison.Ordinal));
            var count = endpoints.Count(e => e.UriScheme == uri.Scheme);
            endpoints.Add(new EndpointAnnotation(
                ProtocolType.Tcp, uriScheme: uri.Scheme, name: count == 0 ? uri.Scheme : $"{uri.Scheme}{count + 1}", port: uri.Port)
            {
                LaunchUrl = endpoints.Count == 0 ? profile?.Value.LaunchUrl : null,
                TargetHost = uri.Host,
            });
        }

        return endpoints;
    }

    public static string[] Arguments(KeyValuePair<string, LaunchProfile>? profile) => [.. CommandLine.Split(profile?.Value.CommandLineArgs ?? "")];
}

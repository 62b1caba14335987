using System.Reflection;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Processes;

namespace Aspire.Hosting.Orchestration;

/// <summary>Which processes an instance consists of.</summary>
internal static class LaunchPlans
{
    /// <summary>What belongs to the AppHost and must not reach its services (they have launch profiles of their own).</summary>
    private static readonly HashSet<string> OfTheAppHost =
        ["ASPNETCORE_ENVIRONMENT", "DOTNET_ENVIRONMENT", "ASPNETCORE_URLS", "DOTNET_LAUNCH_PROFILE"];

    public static ProcessSpec Project(ProjectResource project, ExecutionConfiguration configuration, Assembly? appHost)
    {
        var metadata = project.LastAnnotation<IProjectMetadata>()!;
        var spec = new ProcessSpec
        {
            Name = project.Name,
            FileName = Executables.DotNet,
            WorkingDirectory = Path.GetDirectoryName(metadata.ProjectPath)!,
            Environment = configuration.Environment,
            WithoutInherited = OfTheAppHost,
        };

        // The AppHost's build has noted where the built program is: started directly it needs no dotnet run, which would stay beside it.
        if (appHost.Metadata($"aspireprojectprogram:{metadata.ProjectPath}") is { } program)
        {
            if (!File.Exists(program)) throw new DistributedApplicationException($"The project '{metadata.ProjectPath}' is not built: '{program}' is missing.");
            return spec with { Arguments = ["exec", program, .. configuration.Arguments] };
        }

        var flavour = appHost?.GetCustomAttribute<AssemblyConfigurationAttribute>()?.Configuration is { Length: > 0 } c ? c : "Debug";
        IReadOnlyList<string> build = metadata.SuppressBuild ? ["--no-build"] : [];
        return spec with
        {
            Arguments = ["run", "--project", metadata.ProjectPath, .. build, "--configuration", flavour, "--no-launch-profile", "--", .. configuration.Arguments],
        };
    }

    public static ProcessSpec Executable(ExecutableResource executable, ExecutionConfiguration configuration) => new()
    {
        Name = executable.Name,
        FileName = executable.Command.StartsWith('.') ? Path.GetFullPath(executable.Command, executable.WorkingDirectory) : executable.Command,
        Arguments = configuration.Arguments,
        WorkingDirectory = executable.WorkingDirectory,
        Environment = configuration.Environment,
        WithoutInherited = OfTheAppHost,

        // Often a script that starts others (npm): asked to end, it can take them along.
        DeathSignal = Posix.SigTerm,
    };
}

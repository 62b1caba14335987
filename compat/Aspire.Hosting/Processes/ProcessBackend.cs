using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting.Processes;

/// <summary>How a container that has a server of its own among the system's packages is run as a process.</summary>
internal abstract class ProcessBackend : IResourceAnnotation
{
    /// <summary>The account that the system's package made for the server.</summary>
    public abstract string User { get; }

    public abstract Task<BackendPlan> PrepareAsync(BackendContext context, CancellationToken cancellationToken);
}

/// <param name="Main">The server itself.</param>
/// <param name="Companions">What must run before and beside it.</param>
internal sealed record BackendPlan(ProcessSpec Main, params IReadOnlyList<ProcessSpec> Companions);

internal sealed class BackendContext
{
    public required ContainerResource Resource { get; init; }

    /// <summary>The folder of the resource, which belongs to the server's account.</summary>
    public required string Folder { get; init; }

    /// <summary>Null when the AppHost is not root and the server runs as the AppHost's own user.</summary>
    public required string? User { get; init; }

    public required Func<string, int> PortOf { get; init; }

    public required Func<ProcessSpec, CancellationToken, Task> RunToolAsync { get; init; }

    public required LoopbackPorts Ports { get; init; }

    /// <summary>Writes a file that only the server's account can read.</summary>
    public void WritePrivate(string name, string content)
    {
        var path = Path.Combine(Folder, name);
        File.Delete(path);
        var options = new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.Write,
            UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
        };
        using (var file = new StreamWriter(path, options)) file.Write(content);
        if (User is not null) Posix.ChangeOwner(path, Posix.FindUser(User)!.Value);
    }
}

namespace Aspire.Hosting.Processes;

/// <summary>A process to be started, and how it likes to be stopped.</summary>
internal sealed record ProcessSpec
{
    public required string Name { get; init; }

    public required string FileName { get; init; }

    public IReadOnlyList<string> Arguments { get; init; } = [];

    public required string WorkingDirectory { get; init; }

    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>();

    /// <summary>Names that are not passed on from the AppHost's own environment; null passes none on.</summary>
    public IReadOnlySet<string>? WithoutInherited { get; init; }

    /// <summary>The system account to run as when the AppHost is root.</summary>
    public string? User { get; init; }

    public int StopSignal { get; init; } = Posix.SigTerm;

    /// <summary>Whether the signal to stop goes to all that the process has started, or to it alone.</summary>
    public bool SignalsGroup { get; init; } = true;

    public TimeSpan Grace { get; init; } = TimeSpan.FromSeconds(6);

    /// <summary>What the kernel sends to the process when the AppHost dies without a chance to stop it.</summary>
    public int DeathSignal { get; init; } = Posix.SigKill;
}

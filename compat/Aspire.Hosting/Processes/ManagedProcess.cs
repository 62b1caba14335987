using System.Diagnostics;

namespace Aspire.Hosting.Processes;

/// <summary>A process that the AppHost has started, in a session of its own, so that a Ctrl-C at the terminal reaches only the AppHost.</summary>
internal sealed class ManagedProcess
{
    private static readonly TimeSpan LastWords = TimeSpan.FromSeconds(2);

    private readonly ProcessTree _tree;
    private readonly ProcessLedger? _ledger;

    private ManagedProcess(Process process, ProcessSpec spec, ProcessLedger? ledger, Action<string, bool> output)
    {
        Pid = process.Id;
        StartedAt = TimeProvider.System.GetUtcNow().UtcDateTime;
        var startTime = ProcFs.Read(Pid)?.StartTime ?? long.MaxValue;
        _tree = new ProcessTree(Pid, startTime, spec.StopSignal, spec.SignalsGroup, spec.Grace);
        _ledger = ledger;
        ledger?.Add(spec.Name, _tree);
        Exited = WaitAsync(process, output);
    }

    public int Pid { get; }

    public DateTime StartedAt { get; }

    /// <summary>The exit code; 128 and the number of the signal when one ended it.</summary>
    public Task<int> Exited { get; }

    public static ManagedProcess Start(ProcessSpec spec, ProcessLedger? ledger, Action<string, bool> output)
    {
        var start = new ProcessStartInfo("setsid")
        {
            WorkingDirectory = spec.WorkingDirectory,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var argument in Wrapped(spec)) start.ArgumentList.Add(argument);

        if (spec.WithoutInherited is null) start.Environment.Clear();
        foreach (var name in spec.WithoutInherited ?? new HashSet<string>()) start.Environment.Remove(name);
        start.Environment.TryAdd("PATH", Environment.GetEnvironmentVariable("PATH"));
        foreach (var (name, value) in spec.Environment) start.Environment[name] = value;

        var process = Process.Start(start)!;
        process.StandardInput.Close();
        return new ManagedProcess(process, spec, ledger, output);
    }

    public async Task StopAsync()
    {
        await _tree.EndAsync();
        await Exited;
    }

    // Each of these replaces itself by the next, so that the process keeps its number. Users are changed before the death signal is set,
    // since the kernel forgets that signal when they change.
    private static IEnumerable<string> Wrapped(ProcessSpec spec)
    {
        var file = Executables.Find(spec.FileName, spec.Environment.GetValueOrDefault("PATH"))
            ?? throw new DistributedApplicationException($"The program '{spec.FileName}' was not found.");
        yield return "setpriv";
        yield return "--pdeathsig";
        yield return spec.DeathSignal switch
        {
            Posix.SigInt => "INT",
            Posix.SigTerm => "TERM",
            _ => "KILL",
        };
        if (spec.User is not null && Posix.IsRoot)
        {
            yield return "--reuid=" + spec.User;
            yield return "--regid=" + spec.User;
            yield return "--init-groups";
        }

        yield return "--";
        yield return file;
        foreach (var argument in spec.Arguments) yield return argument;
    }

    private async Task<int> WaitAsync(Process process, Action<string, bool> output)
    {
        var reading = Task.WhenAll(ReadAsync(process.StandardOutput, isError: false, output), ReadAsync(process.StandardError, isError: true, output));
        await process.WaitForExitAsync();

        // A descendant may hold the pipes open for ever, so the last words are waited for, but not long.
        await Task.WhenAny(reading, Task.Delay(LastWords));
        var code = process.ExitCode;
        if (_tree.Members().Count == 0) _ledger?.Remove(Pid);
        else await EndOrphansAsync();
        return code;
    }

    private async Task EndOrphansAsync()
    {
        await _tree.EndAsync();
        _ledger?.Remove(Pid);
    }

    private static async Task ReadAsync(StreamReader reader, bool isError, Action<string, bool> output)
    {
        while (await reader.ReadLineAsync() is { } line) output(line, isError);
    }
}

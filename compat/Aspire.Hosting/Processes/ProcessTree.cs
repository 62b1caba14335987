using System.Diagnostics;

namespace Aspire.Hosting.Processes;

/// <summary>A process that leads a session of its own, with all that descends from it.</summary>
internal sealed record ProcessTree(int Pid, long StartTime, int StopSignal, bool SignalsGroup, TimeSpan Grace)
{
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(25);

    /// <summary>Asks it to stop, and after the time of grace kills what is left of it.</summary>
    public async Task EndAsync()
    {
        if (Members().Count == 0) return;
        if (SignalsGroup) Posix.Kill(-Pid, StopSignal);
        else if (ProcFs.Read(Pid)?.StartTime == StartTime) Posix.Kill(Pid, StopSignal);

        var patience = Stopwatch.StartNew();
        while (patience.Elapsed < Grace)
        {
            if (Members().Count == 0) return;
            await Task.Delay(Pace);
        }

        await KillAsync();
    }

    public async Task KillAsync()
    {
        var patience = Stopwatch.StartNew();
        while (Members() is { Count: > 0 } members && patience.Elapsed < TimeSpan.FromSeconds(5))
        {
            foreach (var member in members) Posix.Kill(member.Pid, Posix.SigKill);
            await Task.Delay(Pace);
        }
    }

    /// <summary>
    /// What is alive of it. When the leader is gone its session may have members yet; the kernel does not give its number to another process
    /// as long as that is so. But a process of that number with another start time means that all of ours have ended.
    /// </summary>
    public IReadOnlyList<ProcessStat> Members()
    {
        var all = ProcFs.ReadAll();
        var leader = all.FirstOrDefault(p => p.Pid == Pid);
        if (leader.Pid == Pid && leader.StartTime != StartTime) return [];

        var members = all.Where(p => p.StartTime >= StartTime && (p.Pid == Pid || p.Session == Pid)).ToDictionary(p => p.Pid);
        for (var grown = true; grown;)
        {
            grown = false;
            foreach (var process in all.Where(p => members.ContainsKey(p.Parent))) grown |= members.TryAdd(process.Pid, process);
        }

        return [.. members.Values.Where(p => p.IsAlive)];
    }
}

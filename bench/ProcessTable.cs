using System.Globalization;

namespace Meetings.Bench;

/// <summary>Memory and processor time of the processes below this one, from /proc.</summary>
internal static class ProcessTable
{
    private static readonly double TicksPerSecond = 100;

    public sealed record Usage(string Name, double PssMegabytes, double CpuSeconds);

    /// <summary>All descendants, grouped by what they are. PSS counts shared pages once over all of them.</summary>
    public static IReadOnlyDictionary<string, Usage> Read()
    {
        var parents = new Dictionary<int, int>();
        foreach (var folder in Directory.EnumerateDirectories("/proc"))
        {
            if (int.TryParse(Path.GetFileName(folder), NumberStyles.None, CultureInfo.InvariantCulture, out var pid) && Stat(pid) is { } stat)
                parents[pid] = int.Parse(stat[1], CultureInfo.InvariantCulture);
        }

        return parents.Keys.Where(pid => pid != Environment.ProcessId && IsBelowUs(pid))
            .Select(pid => new Usage(NameOf(pid), Pss(pid), Cpu(pid)))
            .GroupBy(usage => usage.Name)
            .ToDictionary(group => group.Key, group => new Usage(group.Key, group.Sum(u => u.PssMegabytes), group.Sum(u => u.CpuSeconds)));

        bool IsBelowUs(int pid)
        {
            for (var at = pid; parents.TryGetValue(at, out var parent); at = parent)
                if (parent == Environment.ProcessId) return true;
            return false;
        }
    }

    private static string NameOf(int pid)
    {
        var command = Lines($"/proc/{pid}/cmdline").FirstOrDefault()?.Split('\0') ?? [];
        var service = command.FirstOrDefault(part => part.EndsWith(".dll", StringComparison.Ordinal)) ?? command.FirstOrDefault(part => part.Contains("/Meetings.", StringComparison.Ordinal));
        if (service is not null) return Path.GetFileNameWithoutExtension(service).Replace("Meetings.", "", StringComparison.Ordinal);
        return (Lines($"/proc/{pid}/comm").FirstOrDefault() ?? "?").Trim() is var comm && comm.StartsWith("beam", StringComparison.Ordinal) ? "rabbitmq" : comm;
    }

    private static double Pss(int pid) =>
        Lines($"/proc/{pid}/smaps_rollup").FirstOrDefault(line => line.StartsWith("Pss:", StringComparison.Ordinal)) is { } line
            ? double.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) / 1024
            : 0;

    private static double Cpu(int pid) =>
        Stat(pid) is { } stat ? (double.Parse(stat[11], CultureInfo.InvariantCulture) + double.Parse(stat[12], CultureInfo.InvariantCulture)) / TicksPerSecond : 0;

    /// <summary>The fields after the command's name, which may hold anything.</summary>
    private static string[]? Stat(int pid) =>
        Lines($"/proc/{pid}/stat").FirstOrDefault() is { } line ? line[(line.LastIndexOf(')') + 2)..].Split(' ') : null;

    private static string[] Lines(string path)
    {
        try
        {
            return File.ReadAllLines(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }
}

using System.Globalization;

namespace Aspire.Hosting.Processes;

/// <summary>A line of <c>/proc/[pid]/stat</c>. Id and start time together name one process for as long as the machine is up.</summary>
internal readonly record struct ProcessStat(int Pid, char State, int Parent, int Session, long StartTime)
{
    public bool IsAlive => State is not ('Z' or 'X');
}

internal static class ProcFs
{
    public static string BootId { get; } = File.ReadAllText("/proc/sys/kernel/random/boot_id").Trim();

    public static ProcessStat? Read(int pid)
    {
        try
        {
            var text = File.ReadAllText(string.Create(CultureInfo.InvariantCulture, $"/proc/{pid}/stat"));

            // The name of the program stands in brackets and may itself contain any character.
            var fields = text[(text.LastIndexOf(')') + 2)..].Split(' ');
            return new ProcessStat(
                pid, fields[0][0], int.Parse(fields[1], CultureInfo.InvariantCulture), int.Parse(fields[3], CultureInfo.InvariantCulture),
                long.Parse(fields[19], CultureInfo.InvariantCulture));
        }
        catch (IOException)
        {
            return null; // It has ended.
        }
        catch (UnauthorizedAccessException)
        {
            return null;
        }
    }

    public static IReadOnlyList<ProcessStat> ReadAll() =>
        [.. Directory.EnumerateDirectories("/proc").Select(Path.GetFileName).Where(n => int.TryParse(n, CultureInfo.InvariantCulture, out _))
            .Select(n => Read(int.Parse(n!, CultureInfo.InvariantCulture))).OfType<ProcessStat>()];
}

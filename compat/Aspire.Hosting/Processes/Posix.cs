using System.Globalization;
using System.Runtime.InteropServices;

namespace Aspire.Hosting.Processes;

/// <summary>The few calls of the operating system that .NET does not offer.</summary>
internal static partial class Posix
{
    public const int SigInt = 2;
    public const int SigKill = 9;
    public const int SigTerm = 15;

    public static bool IsRoot { get; } = GetEffectiveUserId() == 0;

    /// <summary>A negative id means the process group of that number.</summary>
    public static bool Kill(int pid, int signal) => KillProcess(pid, signal) == 0;

    public static (int Uid, int Gid)? FindUser(string name)
    {
        var line = File.ReadLines("/etc/passwd").Select(l => l.Split(':')).FirstOrDefault(f => f.Length > 3 && f[0] == name);
        return line is null ? null : (int.Parse(line[2], CultureInfo.InvariantCulture), int.Parse(line[3], CultureInfo.InvariantCulture));
    }

    public static void ChangeOwner(string path, (int Uid, int Gid) owner)
    {
        if (ChangeOwner(path, owner.Uid, owner.Gid) != 0)
        {
            throw new IOException($"Cannot give '{path}' to user {owner.Uid}: {Marshal.GetLastPInvokeErrorMessage()}.");
        }
    }

    public static void ChangeOwnerOfAll(string directory, (int Uid, int Gid) owner)
    {
        ChangeOwner(directory, owner);
        foreach (var entry in Directory.EnumerateFileSystemEntries(directory, "*", SearchOption.AllDirectories)) ChangeOwner(entry, owner);
    }

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static partial int KillProcess(int pid, int signal);

    [LibraryImport("libc", EntryPoint = "geteuid")]
    private static partial uint GetEffectiveUserId();

    [LibraryImport("libc", EntryPoint = "lchown", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int ChangeOwner(string path, int owner, int group);
}

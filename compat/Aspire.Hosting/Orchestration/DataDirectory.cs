using System.Security.Cryptography;
using System.Text;
using Aspire.Hosting.Processes;
using Microsoft.Extensions.Configuration;

namespace Aspire.Hosting.Orchestration;

/// <summary>Where the stores keep their data, the secrets, and the note of what runs: one folder, for one AppHost at a time.</summary>
internal sealed class DataDirectory(string path) : IDisposable
{
    private FileStream? _lock;

    public string Path { get; } = path;

    /// <summary>Said at the start when the folder is not where one would look for it.</summary>
    public string? Remark { get; private init; }

    public static DataDirectory Locate(IConfiguration configuration, string appHostDirectory)
    {
        if (configuration["Compat:DataDirectory"] is { Length: > 0 } configured)
        {
            return new DataDirectory(System.IO.Path.GetFullPath(configured, appHostDirectory));
        }

        var beside = System.IO.Path.GetFullPath(System.IO.Path.Combine(appHostDirectory, "..", ".data"));
        if (!Posix.IsRoot || IsOpenToOthers(System.IO.Path.GetDirectoryName(beside)!)) return new DataDirectory(beside);

        // The servers run as users of their own, who cannot get through root's private folders.
        var hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(appHostDirectory)))[..8];
        var elsewhere = $"/var/lib/aspire-{System.IO.Path.GetFileName(appHostDirectory).ToLowerInvariant()}-{hash}";
        return new DataDirectory(elsewhere)
        {
            Remark = $"Data is kept in {elsewhere}: the servers' own users cannot enter {beside}. Compat:DataDirectory sets another place.",
        };
    }

    /// <summary>Refuses a folder that another running AppHost uses. The lock goes with the process, however that ends.</summary>
    public void Acquire()
    {
        Directory.CreateDirectory(Path);
        var file = System.IO.Path.Combine(Path, "lock");
        try
        {
            _lock = new FileStream(file, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException taken)
        {
            throw new DistributedApplicationException(
                $"Another AppHost is running on the data folder '{Path}'. Stop it first, or set Compat:DataDirectory to another folder.", taken);
        }
    }

    public string Of(string resourceName) => System.IO.Path.Combine(Path, resourceName.ToLowerInvariant());

    public void Dispose()
    {
        _lock?.Dispose();
        _lock = null;
    }

    private static bool IsOpenToOthers(string directory)
    {
        for (var folder = new DirectoryInfo(directory); folder is not null; folder = folder.Parent)
        {
            if (folder.Exists && !folder.UnixFileMode.HasFlag(UnixFileMode.OtherExecute)) return false;
        }

        return true;
    }
}

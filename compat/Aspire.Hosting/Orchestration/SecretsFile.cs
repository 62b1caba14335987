using System.Text.Json;

namespace Aspire.Hosting.Orchestration;

/// <summary>Generated values that must be the same at the next start, in the form of the SDK's user secrets, for its owner's eyes only.</summary>
internal sealed class SecretsFile(string path)
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };
    private readonly Lock _gate = new();

    public Dictionary<string, string?> Read()
    {
        lock (_gate)
        {
            return File.Exists(path) ? JsonSerializer.Deserialize<Dictionary<string, string?>>(File.ReadAllText(path))! : [];
        }
    }

    public void Set(string key, string value)
    {
        lock (_gate)
        {
            var secrets = Read();
            secrets[key] = value;
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);

            // Written beside and moved over, so that a crash in the midst of it leaves the old secrets whole.
            var draft = path + ".new";
            File.Delete(draft);
            var options = new FileStreamOptions
            {
                Mode = FileMode.CreateNew,
                Access = FileAccess.Write,
                UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
            };
            using (var file = new FileStream(draft, options)) JsonSerializer.Serialize(file, secrets, Indented);
            File.Move(draft, path, overwrite: true);
        }
    }
}

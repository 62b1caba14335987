using System.Text.Json;

namespace Aspire.Hosting.Processes;

/// <summary>A file that names the processes of this run, from which the next AppHost ends what a crashed one has left.</summary>
internal sealed class ProcessLedger(string path)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<int, Entry> _entries = [];

    public void Add(string name, ProcessTree tree)
    {
        lock (_gate)
        {
            _entries[tree.Pid] = new Entry(name, tree);
            Write();
        }
    }

    public void Remove(int pid)
    {
        lock (_gate)
        {
            if (_entries.Remove(pid)) Write();
        }
    }

    /// <summary>Ends what an earlier run left running; tells the names.</summary>
    public async Task<IReadOnlyList<string>> EndLeftoversAsync()
    {
        if (!File.Exists(path)) return [];
        Note? note;
        try
        {
            note = JsonSerializer.Deserialize<Note>(await File.ReadAllTextAsync(path));
        }
        catch (JsonException)
        {
            note = null; // Cut off in the middle of a write by a crash of the machine itself: nothing runs then.
        }

        var left = note?.BootId == ProcFs.BootId ? note.Processes.Where(e => e.Tree.Members().Count > 0).ToList() : [];
        await Task.WhenAll(left.Select(e => e.Tree.EndAsync()));
        File.Delete(path);
        return [.. left.Select(e => e.Name)];
    }

    private void Write()
    {
        var draft = path + ".new";
        File.WriteAllText(draft, JsonSerializer.Serialize(new Note(ProcFs.BootId, [.. _entries.Values])));
        File.Move(draft, path, overwrite: true);
    }

    private sealed record Note(string BootId, IReadOnlyList<Entry> Processes);

    private sealed record Entry(string Name, ProcessTree Tree);
}

using System.Collections;

namespace Grpc.Core;

/// <summary>Headers or trailers of a call, in order, duplicates allowed.</summary>
public sealed partial class Metadata : IList<Metadata.Entry>
{
    /// <summary>Keys with this ending have binary values.</summary>
    public const string BinaryHeaderSuffix = "-bin";

    /// <summary>Cannot be changed.</summary>
    public static readonly Metadata Empty = new() { IsReadOnly = true };

    private readonly List<Entry> _entries = [];

    public int Count => _entries.Count;

    public bool IsReadOnly { get; private init; }

    public Entry this[int index]
    {
        get => _entries[index];
        set => Writeable()[index] = NotNull(value);
    }

    /// <summary>The last entry with the key.</summary>
    public Entry? Get(string key) => _entries.FindLast(e => e.HasKey(key));

    public string? GetValue(string key) => Get(key)?.Value;

    public byte[]? GetValueBytes(string key) => Get(key)?.ValueBytes;

    public IEnumerable<Entry> GetAll(string key) => _entries.Where(e => e.HasKey(key));

    public void Add(string key, string value) => Add(new Entry(key, value));

    public void Add(string key, byte[] valueBytes) => Add(new Entry(key, valueBytes));

    public void Add(Entry item) => Writeable().Add(NotNull(item));

    public void Insert(int index, Entry item) => Writeable().Insert(index, NotNull(item));

    public bool Remove(Entry item) => Writeable().Remove(item);

    public void RemoveAt(int index) => Writeable().RemoveAt(index);

    public void Clear() => Writeable().Clear();

    public int IndexOf(Entry item) => _entries.IndexOf(item);

    public bool Contains(Entry item) => _entries.Contains(item);

    public void CopyTo(Entry[] array, int arrayIndex) => _entries.CopyTo(array, arrayIndex);

    public IEnumerator<Entry> GetEnumerator() => _entries.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => _entries.GetEnumerator();

    private List<Entry> Writeable() => IsReadOnly ? throw new InvalidOperationException("Object is read only") : _entries;

    private static Entry NotNull(Entry item)
    {
        ArgumentNullException.ThrowIfNull(item);
        return item;
    }
}
